package io.jvmm.stream.channel;

import static io.jvmm.stream.channel.ChannelContract.inBackground;
import static io.jvmm.stream.channel.ChannelContract.join;
import static io.jvmm.stream.channel.ChannelContract.openDescriptors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.StreamInterruptedException;
import io.jvmm.stream.StreamIoException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ConnectAndListenTest {
    private static final MigrationAddress ANY_PORT = new MigrationAddress.Tcp("127.0.0.1", 0);

    @TempDir private Path directory;

    @Test
    void shouldSayWhichPortItTook() {
        try (ChannelListener listener = Channels.listen(ANY_PORT)) {
            MigrationAddress.Tcp address = (MigrationAddress.Tcp) listener.address();

            assertThat(address.host()).isEqualTo("127.0.0.1");
            assertThat(address.port()).isPositive();
        }
    }

    @Test
    void shouldListenExactlyWhereAsked() {
        try (ChannelListener listener = Channels.listen(ANY_PORT)) {
            int port = ((MigrationAddress.Tcp) listener.address()).port();

            assertThatThrownBy(() -> Channels.connect(new MigrationAddress.Tcp("127.0.0.2", port)))
                    .isInstanceOf(StreamIoException.class)
                    .hasMessage("Failed to connect to '127.0.0.2:%d': Connection refused", port);
        }
    }

    @Test
    void shouldAcceptSeveralConnections() {
        try (ChannelListener listener = Channels.listen(ANY_PORT);
                Channel one = Channels.connect(listener.address());
                Channel two = Channels.connect(listener.address());
                Channel first = listener.accept();
                Channel second = listener.accept()) {
            ChannelContract.write(two, "2");
            ChannelContract.write(one, "1");

            assertThat(ChannelContract.read(first, 1)).isEqualTo("1");
            assertThat(ChannelContract.read(second, 1)).isEqualTo("2");
            assertThat(first.peer()).startsWith("tcp:127.0.0.1:");
        }
    }

    @Test
    void shouldResolveNames() {
        try (ChannelListener listener = Channels.listen(new MigrationAddress.Tcp("localhost", 0));
                Channel near = Channels.connect(listener.address());
                Channel far = listener.accept()) {
            ChannelContract.write(near, "x");

            assertThat(ChannelContract.read(far, 1)).isEqualTo("x");
        }
    }

    @Test
    void shouldSayInQemusWordsWhyItCannotConnect() {
        assertThatThrownBy(() -> Channels.connect(MigrationAddress.parse("tcp:nosuch.invalid:5")))
                .isInstanceOf(StreamIoException.class)
                .hasMessage(
                        "address resolution failed for nosuch.invalid:5: Name or service not known");
        assertThatThrownBy(() -> Channels.connect(MigrationAddress.parse("tcp::5")))
                .hasMessage("address resolution failed for :5: Name or service not known");
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> Channels.connect(new MigrationAddress.Unix(missing)))
                .isInstanceOf(StreamIoException.class)
                .hasMessage("Failed to connect to '" + missing + "': No such file or directory");
    }

    @Test
    void shouldSayInQemusWordsWhyItCannotListen() {
        try (ChannelListener listener = Channels.listen(ANY_PORT)) {
            assertThatThrownBy(() -> Channels.listen(listener.address()))
                    .isInstanceOf(StreamIoException.class)
                    .hasMessage("Failed to bind socket: Address already in use");
        }
        assertThatThrownBy(() -> Channels.listen(MigrationAddress.parse("tcp:192.0.2.1:0")))
                .hasMessage("Failed to bind socket: Cannot assign requested address");
        Path missing = directory.resolve("missing/socket");
        assertThatThrownBy(() -> Channels.listen(new MigrationAddress.Unix(missing)))
                .hasMessage("Failed to bind socket to " + missing + ": No such file or directory");
    }

    @Test
    void shouldInterruptABlockedAccept() throws Exception {
        try (ChannelListener listener = Channels.listen(ANY_PORT)) {
            FutureTask<?> accepting = inBackground(listener::accept);
            assertThatThrownBy(() -> accepting.get(20, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            listener.interrupt();

            assertThatThrownBy(() -> join(accepting))
                    .isInstanceOf(StreamInterruptedException.class);
            assertThatThrownBy(listener::accept).isInstanceOf(StreamInterruptedException.class);
        }
    }

    @Test
    void shouldBreakABlockedAcceptOnClose() throws Exception {
        ChannelListener listener = Channels.listen(ANY_PORT);
        FutureTask<?> accepting = inBackground(listener::accept);
        assertThatThrownBy(() -> accepting.get(20, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        listener.close();
        listener.close();

        assertThatThrownBy(() -> join(accepting)).isInstanceOf(StreamInterruptedException.class);
        assertThatThrownBy(listener::accept).isInstanceOf(StreamIoException.class);
    }

    @Test
    void shouldGiveUpConnectingInTime() throws Exception {
        try (FullListener full = new FullListener();
                Connector connector = new Connector(full.address(), Duration.ofMillis(50))) {
            assertThatThrownBy(connector::connect)
                    .isInstanceOf(StreamIoException.class)
                    .hasMessageEndingWith(": Connection timed out");
        }
    }

    @Test
    void shouldHaveAllItsTimeHoweverLateItConnects() {
        Duration timeout = Duration.ofMillis(500);
        try (ChannelListener listener = Channels.listen(ANY_PORT);
                Connector connector = new Connector(listener.address(), timeout)) {
            long prepared = System.nanoTime();
            while (System.nanoTime() - prepared <= timeout.toNanos()) {
                LockSupport.parkNanos(timeout.toNanos());
            }
            connector.connect().close();
        }
    }

    @Test
    void shouldInterruptABlockedConnect() throws Exception {
        try (FullListener full = new FullListener();
                Connector connector = new Connector(full.address(), Connector.TIMEOUT)) {
            FutureTask<?> connecting = inBackground(connector::connect);
            assertThatThrownBy(() -> connecting.get(20, TimeUnit.MILLISECONDS))
                    .isInstanceOf(TimeoutException.class);
            connector.interrupt();

            assertThatThrownBy(() -> join(connecting))
                    .isInstanceOf(StreamInterruptedException.class);
        }
    }

    @Test
    void shouldNotEvenStartWhenInterruptedBefore() {
        for (String uri : new String[] {"tcp:127.0.0.1:1", "tcp:localhost:1", "unix:x"}) {
            try (Connector connector =
                    new Connector(MigrationAddress.parse(uri), Connector.TIMEOUT)) {
                connector.interrupt();

                assertThatThrownBy(connector::connect)
                        .isInstanceOf(StreamInterruptedException.class);
            }
        }
    }

    @Test
    void shouldReplaceAFileThatNobodyListensOn() throws Exception {
        Path path = directory.resolve("socket");
        leaveBehind(path);
        try (ChannelListener listener = Channels.listen(new MigrationAddress.Unix(path));
                Channel near = Channels.connect(listener.address());
                Channel far = listener.accept()) {
            assertThat(near.peer()).isEqualTo(far.peer()).isEqualTo("unix:" + path);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void shouldNotReplaceASocketInUseNorAFile() throws Exception {
        Path path = directory.resolve("socket");
        try (ChannelListener listener = Channels.listen(new MigrationAddress.Unix(path))) {
            assertThatThrownBy(() -> Channels.listen(listener.address()))
                    .hasMessage("Failed to bind socket to " + path + ": Address already in use");
        }
        Files.writeString(path, "precious");
        assertThatThrownBy(() -> Channels.listen(new MigrationAddress.Unix(path)))
                .hasMessage("Failed to bind socket to " + path + ": Address already in use");
        assertThat(path).hasContent("precious");
    }

    @Test
    void shouldNotRemoveAFileThatHasTakenItsPlace() throws Exception {
        Path path = directory.resolve("socket");
        try (ChannelListener listener = Channels.listen(new MigrationAddress.Unix(path))) {
            assertThat(listener.address().toUri()).isEqualTo("unix:" + path);
            Files.move(path, directory.resolve("moved"));
            Files.writeString(path, "precious");
        }
        assertThat(path).hasContent("precious");
    }

    /** Port scanners do so, and links that break early. */
    @Test
    void shouldPassOverAConnectionThatWasResetBeforeItWasAccepted() throws Exception {
        try (ChannelListener listener =
                Channels.listen(MigrationAddress.parseIncoming("tcp:127.0.0.1:0"))) {
            int port = ((MigrationAddress.Tcp) listener.address()).port();
            try (Socket scanner = new Socket(InetAddress.ofLiteral("127.0.0.1"), port)) {
                scanner.setSoLinger(true, 0);
            }
            try (Socket peer = new Socket(InetAddress.ofLiteral("127.0.0.1"), port);
                    Channel accepted = listener.accept()) {
                assertThat(accepted.peer()).isEqualTo("tcp:127.0.0.1:" + peer.getLocalPort());
            }
        }
    }

    @Test
    void shouldLeakNoDescriptorOnFailures() throws Exception {
        try (FullListener full = new FullListener()) {
            long before = openDescriptors();
            for (int i = 0; i < 20; i++) {
                try (Connector connector = new Connector(full.address(), Duration.ofMillis(1))) {
                    assertThatThrownBy(connector::connect).isInstanceOf(StreamIoException.class);
                }
                assertThatThrownBy(
                                () -> Channels.connect(MigrationAddress.parse("tcp:127.0.0.2:1")))
                        .isInstanceOf(StreamIoException.class);
                assertThatThrownBy(() -> Channels.listen(full.address()))
                        .isInstanceOf(StreamIoException.class);
            }
            assertThat(openDescriptors()).isEqualTo(before);
        }
    }

    private static void leaveBehind(Path path) throws Exception {
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(path));
        }
        assertThat(path).exists();
    }

    /** A listener whose queue is full, so that nobody answers a connection. */
    private static final class FullListener implements AutoCloseable {
        private final ServerSocket server;
        private final List<Socket> queued = new ArrayList<>();

        FullListener() throws Exception {
            server = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"));
            for (int i = 0; i < 2; i++) {
                queued.add(new Socket(server.getInetAddress(), server.getLocalPort()));
            }
        }

        MigrationAddress address() {
            return new MigrationAddress.Tcp("127.0.0.1", server.getLocalPort());
        }

        @Override
        public void close() throws IOException {
            for (Socket socket : queued) {
                socket.close();
            }
            server.close();
        }
    }
}
