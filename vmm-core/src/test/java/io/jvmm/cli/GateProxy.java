package io.jvmm.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Stands between a source and a destination on UNIX sockets. Each direction has a gate: shut, it
 * holds what comes, bytes as well as the end of the connection, until it is opened, and a test can
 * wait until something is held. So a test knows which messages were said and not heard.
 */
final class GateProxy implements AutoCloseable {
    private static final int BUFFER_SIZE = 64 << 10;

    private final ServerSocketChannel server;
    private final SocketChannel destination;
    private final Path target;
    private final Gate forward = new Gate();
    private final Gate backward = new Gate();
    private final Thread acceptor;

    GateProxy(Path listen, Path target) {
        this.target = target;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(listen));
            destination = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = Thread.ofPlatform().daemon().name("gate-proxy").start(this::carry);
    }

    /** From the source to the destination. */
    Gate forward() {
        return forward;
    }

    /** From the destination to the source. */
    Gate backward() {
        return backward;
    }

    @Override
    public void close() {
        forward.open();
        backward.open();
        try (server;
                destination) {
            acceptor.interrupt();
            acceptor.join();
        } catch (IOException _) {
            // It is closed as far as it can be.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void carry() {
        try (SocketChannel source = server.accept()) {
            destination.connect(UnixDomainSocketAddress.of(target));
            Thread back =
                    Thread.ofPlatform()
                            .daemon()
                            .name("gate-proxy-back")
                            .start(() -> pump(destination, source, backward));
            pump(source, destination, forward);
            back.join();
        } catch (IOException _) {
            // The test is over.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end of one direction is passed on; a peer that is gone ends both. */
    private static void pump(SocketChannel from, SocketChannel to, Gate gate) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
        try {
            while (from.read(buffer.clear()) >= 0) {
                gate.pass(buffer.flip());
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
            gate.pass(buffer.limit(0));
            to.shutdownOutput();
        } catch (IOException _) {
            close(from);
            close(to);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // Closed already.
        }
    }

    /** One direction's gate; open at first. Any thread. */
    static final class Gate {
        private boolean open = true;
        private boolean holding;
        private boolean losing;
        private String wanted = "";
        private String seen = "";

        synchronized void shut() {
            open = false;
        }

        synchronized void open() {
            open = true;
            holding = false;
            notifyAll();
        }

        /** What is held, and what comes from now on, is lost; the end of the connection passes. */
        synchronized void lose() {
            losing = true;
            open();
        }

        /** Waits until something is held. */
        synchronized void awaitHeld() throws InterruptedException {
            while (!holding) {
                wait();
            }
        }

        /** Looks for these bytes from now on. */
        synchronized void watchFor(byte[] bytes) {
            wanted = new String(bytes, StandardCharsets.ISO_8859_1);
            seen = "";
        }

        /** Waits until the bytes have come to the gate. */
        synchronized void awaitSeen() throws InterruptedException {
            while (!seen.contains(wanted)) {
                wait();
            }
        }

        private synchronized void pass(ByteBuffer bytes) throws InterruptedException {
            look(StandardCharsets.ISO_8859_1.decode(bytes.duplicate()).toString());
            while (!open) {
                holding = true;
                notifyAll();
                wait();
            }
            if (losing) {
                bytes.limit(bytes.position());
            }
        }

        /** What is wanted may lie across two reads: the end of the last one is kept. */
        private void look(String bytes) {
            if (wanted.isEmpty() || seen.contains(wanted)) {
                return;
            }
            String tail = seen.substring(Math.max(0, seen.length() - wanted.length()));
            seen = tail + bytes;
            notifyAll();
        }
    }
}
