package io.jvmm.monitor.transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** TCP, on the loopback interface when no host is named. */
final class TcpSockets {
    private static final System.Logger LOG = System.getLogger(TcpSockets.class.getName());

    private TcpSockets() {}

    static Transport connect(String host, int port) throws IOException {
        try {
            return transport(SocketChannel.open(resolve(host, port)));
        } catch (IOException e) {
            throw failed("connect to", host, port, e);
        }
    }

    static TransportListener listen(String host, int port) throws IOException {
        InetSocketAddress address = resolve(host, port);
        if (!address.getAddress().isLoopbackAddress()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "monitor listens beyond this host, without authentication: address=" + address);
        }
        ServerSocketChannel server = ServerSocketChannel.open();
        try {
            server.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            server.bind(address);
        } catch (IOException e) {
            server.close();
            throw failed("listen at", host, port, e);
        }
        return new Listener(server);
    }

    private static InetSocketAddress resolve(String host, int port) throws IOException {
        if (host.isEmpty()) {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }
        return new InetSocketAddress(InetAddress.getByName(host), port);
    }

    private static IOException failed(String action, String host, int port, IOException e) {
        return new IOException(
                "cannot " + action + " tcp:" + host + ":" + port + ": " + e.getMessage(), e);
    }

    private static Transport transport(SocketChannel channel) throws IOException {
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return new ChannelTransport(channel, text((InetSocketAddress) channel.getRemoteAddress()));
    }

    private static String text(InetSocketAddress address) {
        return "tcp:" + address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    private record Listener(ServerSocketChannel server) implements TransportListener {
        @Override
        public Transport accept() throws IOException {
            return transport(server.accept());
        }

        @Override
        public String address() {
            return text((InetSocketAddress) server.socket().getLocalSocketAddress());
        }

        @Override
        public void close() {
            try {
                server.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "monitor listener was gone", e);
            }
        }
    }
}
