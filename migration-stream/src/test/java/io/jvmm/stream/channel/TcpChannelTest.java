package io.jvmm.stream.channel;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Socket;
import io.jvmm.stream.StreamIoException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class TcpChannelTest extends ChannelContract {
    @Override
    Channel[] connect() {
        MigrationAddress anyPort = new MigrationAddress.Tcp("127.0.0.1", 0);
        try (ChannelListener listener = Channels.listen(anyPort)) {
            return new Channel[] {Channels.connect(listener.address()), listener.accept()};
        }
    }

    @Test
    void shouldFailToReadAfterAReset() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Channel channel =
                        Channels.connect(
                                new MigrationAddress.Tcp("127.0.0.1", server.getLocalPort()))) {
            java.net.Socket accepted = server.accept();
            accepted.setSoLinger(true, 0);
            accepted.close();

            assertThatThrownBy(() -> readOnce(channel))
                    .isInstanceOf(StreamIoException.class)
                    .hasMessage(
                            "Read failed: Connection reset by peer. peer=tcp:127.0.0.1:"
                                    + server.getLocalPort());
        }
    }

    @Test
    void shouldFailToWriteAfterAReset() throws Exception {
        try (ChannelListener listener = Channels.listen(new MigrationAddress.Tcp("127.0.0.1", 0))) {
            int port = ((MigrationAddress.Tcp) listener.address()).port();
            Socket peer =
                    Socket.connectTcp(
                            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            try (Channel channel = listener.accept()) {
                peer.lingerZero();
                peer.close();

                assertThatThrownBy(() -> write(channel, "x")).isInstanceOf(StreamIoException.class);
            }
        }
    }
}
