package io.jvmm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Stands between two VMs on unix sockets and does to their bytes what a bad link does: from some
 * byte on it stalls, or cuts the connection, in either direction.
 */
final class FaultProxy implements AutoCloseable {
    /** What happens in one direction, and after how many bytes. */
    record Fault(Kind kind, long atByte) {
        enum Kind {
            NONE,
            STALL,
            CUT
        }

        static final Fault NONE = new Fault(Kind.NONE, Long.MAX_VALUE);

        static Fault stallAt(long bytes) {
            return new Fault(Kind.STALL, bytes);
        }

        static Fault cutAt(long bytes) {
            return new Fault(Kind.CUT, bytes);
        }
    }

    private final ServerSocketChannel server;
    private final Path listen;
    private final Path target;
    private final Fault down;
    private final Fault up;
    private final CountDownLatch released = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private volatile long downBytes;

    /**
     * Listens at once.
     *
     * @param listen where the source connects
     * @param target where the destination listens
     * @param down from source to destination
     * @param up from destination to source
     */
    FaultProxy(Path listen, Path target, Fault down, Fault up) {
        this.listen = listen;
        this.target = target;
        this.down = down;
        this.up = up;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(listen));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("fault-proxy", this::accept);
    }

    /** Lets what stalled go on. */
    void release() {
        released.countDown();
    }

    /** Bytes that went from the source to the destination. */
    long downBytes() {
        return downBytes;
    }

    @Override
    public void close() {
        release();
        try {
            server.close();
            Files.deleteIfExists(listen);
            for (Thread thread : List.copyOf(threads)) {
                thread.join();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void start(String name, Runnable work) {
        Thread thread = Thread.ofPlatform().daemon().name(name).unstarted(work);
        synchronized (threads) {
            threads.add(thread);
        }
        thread.start();
    }

    private void accept() {
        try (SocketChannel source = server.accept();
                SocketChannel destination =
                        SocketChannel.open(UnixDomainSocketAddress.of(target))) {
            Thread back =
                    Thread.ofPlatform()
                            .daemon()
                            .name("fault-proxy-up")
                            .start(() -> pump(destination, source, up, false));
            pump(source, destination, down, true);
            back.join();
        } catch (IOException _) {
            // The test has closed the proxy.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(SocketChannel from, SocketChannel to, Fault fault, boolean counted) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
        long passed = 0;
        try {
            while (true) {
                long left = fault.atByte() - passed;
                if (left <= 0 && !stallOrCut(fault, from, to)) {
                    return;
                }
                buffer.clear();
                if (left > 0) {
                    buffer.limit((int) Math.min(buffer.capacity(), left));
                }
                if (from.read(buffer) < 0) {
                    to.shutdownOutput();
                    return;
                }
                buffer.flip();
                while (buffer.hasRemaining()) {
                    passed += to.write(buffer);
                }
                if (counted) {
                    downBytes = passed;
                }
            }
        } catch (IOException _) {
            close(from);
            close(to);
        }
    }

    /** True if the bytes may go on after a stall. */
    private boolean stallOrCut(Fault fault, SocketChannel from, SocketChannel to) {
        if (fault.kind() == Fault.Kind.CUT) {
            close(from);
            close(to);
            return false;
        }
        try {
            released.await();
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static void close(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // Closed already.
        }
    }
}
