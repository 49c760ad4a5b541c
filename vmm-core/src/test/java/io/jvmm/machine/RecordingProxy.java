package io.jvmm.machine;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Stands between a source and a destination on tcp. Writes down what the source sends, and how much
 * of it had come when the destination said something; lets a test act, or spoil bytes, at a chosen
 * place of the stream, before the bytes go on.
 */
final class RecordingProxy implements AutoCloseable {
    /** Sees the bytes of one direction before they go on, and may change them. */
    @FunctionalInterface
    interface Tap {
        /**
         * Called on the thread of the direction.
         *
         * @param bytes the bytes, from position to limit
         * @param position how many bytes of this direction came before them
         */
        void see(ByteBuffer bytes, long position);
    }

    /**
     * Something that the destination said.
     *
     * @param endByte where it ends on the return path
     * @param sourceBytes what had come from the source by then
     */
    record Answer(long endByte, long sourceBytes) {}

    private static final int CHUNK = 64 << 10;

    private final ServerSocketChannel server;
    private final int targetPort;
    private final FileChannel record;
    private final Tap down;
    private final Tap up;
    private final List<Answer> answers = new ArrayList<>();
    private final Thread acceptor;
    private volatile long downBytes;

    /**
     * Listens at once.
     *
     * @param targetPort where the destination listens
     * @param recordFile what the source sends is written there
     * @param down sees what the source sends
     * @param up sees what the destination sends
     */
    RecordingProxy(int targetPort, Path recordFile, Tap down, Tap up) {
        this.targetPort = targetPort;
        this.down = down;
        this.up = up;
        try {
            record =
                    FileChannel.open(
                            recordFile, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            server = ServerSocketChannel.open();
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        acceptor = Thread.ofPlatform().daemon().name("proxy-down").start(this::accept);
    }

    private static final class Cut extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    /** Looks and does nothing. */
    static Tap nothing() {
        return (bytes, position) -> {};
    }

    /** Acts when eight bytes in a row are these, before the last of them goes on. */
    static Tap at(long eightBytes, Runnable action) {
        long[] window = {0};
        return (bytes, position) -> {
            for (int i = bytes.position(); i < bytes.limit(); i++) {
                window[0] = window[0] << Byte.SIZE | Byte.toUnsignedLong(bytes.get(i));
                if (window[0] == eightBytes) {
                    action.run();
                }
            }
        };
    }

    /** Overwrites so many bytes with ones. */
    static Tap spoil(long from, long length) {
        return (bytes, position) -> {
            for (int i = bytes.position(); i < bytes.limit(); i++) {
                long at = position + i - bytes.position();
                if (at >= from && at < from + length) {
                    bytes.put(i, (byte) 0xff);
                }
            }
        };
    }

    /** For {@link #at}: ends the connection before these bytes go on. */
    static Runnable cut() {
        return () -> {
            throw new Cut();
        };
    }

    /** Where the source has to connect. */
    String uri() {
        try {
            return "tcp:127.0.0.1:" + ((InetSocketAddress) server.getLocalAddress()).getPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the destination said so far, piece by piece as it came. */
    List<Answer> answers() {
        synchronized (answers) {
            return List.copyOf(answers);
        }
    }

    /** Waits until both ends have closed the connection; what the source sent is written down. */
    void awaitEnd() throws InterruptedException {
        acceptor.join();
    }

    @Override
    public void close() {
        try {
            server.close();
            acceptor.interrupt();
            acceptor.join();
            record.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try (SocketChannel source = server.accept();
                SocketChannel destination =
                        SocketChannel.open(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), targetPort))) {
            Thread back =
                    Thread.ofPlatform()
                            .daemon()
                            .name("proxy-up")
                            .start(() -> pump(destination, source, this::heardFromDestination));
            try {
                pump(source, destination, this::heardFromSource);
                back.join();
            } catch (InterruptedException _) {
                back.interrupt();
                Thread.currentThread().interrupt();
            }
        } catch (IOException _) {
            // The test has closed the proxy, or there is no destination.
        }
    }

    private void heardFromSource(ByteBuffer bytes, long position) {
        try {
            record.write(bytes.duplicate(), position);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        downBytes = position + bytes.remaining();
        down.see(bytes, position);
    }

    private void heardFromDestination(ByteBuffer bytes, long position) {
        synchronized (answers) {
            answers.add(new Answer(position + bytes.remaining(), downBytes));
        }
        up.see(bytes, position);
    }

    private static void pump(SocketChannel from, SocketChannel to, Tap tap) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(CHUNK);
        long position = 0;
        try {
            while (from.read(buffer.clear()) >= 0) {
                tap.see(buffer.flip(), position);
                while (buffer.hasRemaining()) {
                    position += to.write(buffer);
                }
            }
            to.shutdownOutput();
        } catch (IOException | Cut _) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // Closed already.
        }
    }
}
