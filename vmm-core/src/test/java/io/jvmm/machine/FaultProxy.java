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
import java.util.concurrent.CountDownLatch;

/**
 * Stands between two VMs on unix sockets and does to their bytes what a bad link does, when told
 * to: stalls both directions until released, or cuts the connection.
 */
final class FaultProxy implements AutoCloseable {
    private final ServerSocketChannel server;
    private final Path listen;
    private final Path target;
    private final Thread acceptor;
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private volatile boolean stalled;
    private volatile SocketChannel source;
    private volatile SocketChannel destination;

    /**
     * Listens at once.
     *
     * @param listen where the source connects
     * @param target where the destination listens
     */
    FaultProxy(Path listen, Path target) {
        this.listen = listen;
        this.target = target;
        try {
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(listen));
            source = SocketChannel.open(StandardProtocolFamily.UNIX);
            destination = SocketChannel.open(StandardProtocolFamily.UNIX);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = Thread.ofPlatform().daemon().name("fault-proxy").start(this::accept);
    }

    /** From now on nothing passes, until {@link #release}. */
    void stall() {
        stalled = true;
    }

    /** Lets what stalled go on. */
    void release() {
        released.countDown();
    }

    /** Both sides see the end of the connection. */
    void cut() throws InterruptedException {
        connected.await();
        close(source);
        close(destination);
    }

    @Override
    public void close() {
        release();
        try {
            server.close();
            Files.deleteIfExists(listen);
            close(source);
            close(destination);
            acceptor.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            close(source);
            source = server.accept();
            destination.connect(UnixDomainSocketAddress.of(target));
            connected.countDown();
            Thread back =
                    Thread.ofPlatform()
                            .daemon()
                            .name("fault-proxy-up")
                            .start(() -> pump(destination, source));
            pump(source, destination);
            back.join();
        } catch (IOException _) {
            // The test has closed the proxy.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void pump(SocketChannel from, SocketChannel to) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(64 << 10);
        try {
            while (from.read(buffer.clear()) >= 0) {
                if (stalled) {
                    released.await();
                }
                buffer.flip();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
            }
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
}
