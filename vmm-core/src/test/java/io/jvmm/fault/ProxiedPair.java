package io.jvmm.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/** A listener, a proxy before it, and connections through the proxy. One thread. */
final class ProxiedPair implements AutoCloseable {
    enum Kind {
        TCP,
        UNIX
    }

    /** Both ends of one connection. */
    record Ends(End source, End destination) {}

    private final Path directory;
    private final ServerSocketChannel listener;
    private final FaultProxy proxy;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    ProxiedPair(Kind kind, FaultPlan plan) {
        try {
            directory = Files.createTempDirectory("jvmm-fault");
            listener =
                    ServerSocketChannel.open(
                            kind == Kind.TCP
                                    ? StandardProtocolFamily.INET
                                    : StandardProtocolFamily.UNIX);
            listener.bind(address(kind, "destination"));
            proxy = new FaultProxy(address(kind, "proxy"), listener.getLocalAddress(), plan);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private SocketAddress address(Kind kind, String name) {
        return kind == Kind.TCP
                ? new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)
                : UnixDomainSocketAddress.of(directory.resolve(name));
    }

    FaultProxy proxy() {
        return proxy;
    }

    /** A connection of which nobody has said yet whether it goes through. */
    End connectSource() {
        String[] uri = proxy.uri().split(":", -1);
        SocketAddress address =
                uri[0].equals("tcp")
                        ? new InetSocketAddress(uri[1], Integer.parseInt(uri[2]))
                        : UnixDomainSocketAddress.of(uri[1]);
        try {
            return keep(SocketChannel.open(address));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A connection all the way through. */
    Ends connect() {
        End source = connectSource();
        try {
            return new Ends(source, keep(listener.accept()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private End keep(SocketChannel channel) {
        open.push(channel);
        return new End(channel);
    }

    @Override
    public void close() {
        proxy.close();
        open.push(listener);
        try {
            for (AutoCloseable each : open) {
                each.close();
            }
            Files.deleteIfExists(directory.resolve("destination"));
            Files.deleteIfExists(directory);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** One end of a connection; its calls wait. */
    record End(SocketChannel channel) {
        void write(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            try {
                while (buffer.hasRemaining()) {
                    channel.write(buffer);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        void endOutput() {
            try {
                channel.shutdownOutput();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** What comes, up to a length or the end. */
        byte[] read(int length) {
            ByteBuffer buffer = ByteBuffer.allocate(length);
            try {
                while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
                    // More.
                }
            } catch (IOException _) {
                // Reset: what came before it counts.
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        }

        /** Whether something has come that was not read. Does not wait. */
        boolean isReadable() {
            try {
                channel.configureBlocking(false);
                boolean something = channel.read(ByteBuffer.allocate(1)) != 0;
                channel.configureBlocking(true);
                return something;
            } catch (IOException _) {
                return true;
            }
        }
    }
}
