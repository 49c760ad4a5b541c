package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketTest {
    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldCarryBytesOverTcp(String host) throws Exception {
        InetAddress address = InetAddress.getByName(host);
        try (Socket listener = Socket.listenTcp(new InetSocketAddress(address, 0))) {
            InetSocketAddress local = (InetSocketAddress) listener.localAddress();
            assertThat(local.getAddress()).isEqualTo(address);
            assertThat(local.getPort()).isPositive();
            try (Socket client = Socket.connectTcp(local);
                    Socket server = Objects.requireNonNull(listener.accept())) {
                client.setNoDelay(true);
                assertThat(client.remoteAddress()).isEqualTo(local);
                assertThat(server.remoteAddress()).isEqualTo(client.localAddress());
                assertCarries(client, server);
                assertCarries(server, client);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void shouldMeetTheSocketsOfTheJdk(String host) throws Exception {
        try (Socket listener = Socket.listenTcp(new InetSocketAddress(host, 0));
                SocketChannel theirs = SocketChannel.open(listener.localAddress());
                Socket accepted = Objects.requireNonNull(listener.accept())) {
            assertThat(accepted.localAddress()).isEqualTo(theirs.getRemoteAddress());
            assertThat(accepted.remoteAddress()).isEqualTo(theirs.getLocalAddress());
        }
    }

    @Test
    void shouldCarryBytesOverAUnixSocket() {
        Path path = directory.resolve("socket");
        try (Socket listener = Socket.listenUnix(path);
                Socket client = Socket.connectUnix(path);
                Socket server = Objects.requireNonNull(listener.accept())) {
            assertThat(listener.localAddress()).isEqualTo(UnixDomainSocketAddress.of(path));
            assertThat(client.remoteAddress()).isEqualTo(UnixDomainSocketAddress.of(path));
            assertThat(client.localAddress()).isEqualTo(UnixDomainSocketAddress.of(""));
            assertCarries(client, server);
        }
    }

    @Test
    void shouldLetAConnectionBeMadeWithoutWaiting() {
        InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        try (Socket listener = Socket.listenTcp(any);
                Socket client = Socket.startConnect(listener.localAddress())) {
            PollSet set = new PollSet(PollSet.Interest.writing(client.fd()));
            assertThat(set.poll(-1)).isEqualTo(1);
            client.finishConnect();
            try (Socket server = Objects.requireNonNull(listener.accept())) {
                assertCarries(client, server);
            }
        }
    }

    @Test
    void shouldReportARefusedConnection() {
        InetSocketAddress free;
        try (Socket listener =
                Socket.listenTcp(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            free = (InetSocketAddress) listener.localAddress();
        }
        assertThatThrownBy(() -> Socket.connectTcp(free))
                .hasMessageContaining("call=connect errno=ECONNREFUSED");
        assertThatThrownBy(
                        () -> {
                            try (Socket client = Socket.startConnect(free)) {
                                new PollSet(PollSet.Interest.writing(client.fd())).poll(-1);
                                client.finishConnect();
                            }
                        })
                .hasMessageContaining("errno=ECONNREFUSED");
    }

    @Test
    void shouldAnswerNullWhenNobodyConnects() {
        try (Socket listener = Socket.listenUnix(directory.resolve("socket"))) {
            listener.fd().setNonBlocking(true);
            assertThat(listener.accept()).isNull();
        }
    }

    @Test
    void shouldShowTheEndAfterAHalfClose() {
        List<Socket> pair = Socket.pair();
        try (Socket a = pair.get(0);
                Socket b = pair.get(1);
                Arena arena = Arena.ofConfined()) {
            a.shutdownWrite();
            assertThat(b.fd().read(arena.allocate(1))).isZero();
            assertCarries(b, a);
        }
    }

    @Test
    void shouldBreakAReaderByShutdown() throws Exception {
        List<Socket> pair = Socket.pair();
        try (Socket a = pair.get(0);
                Socket b = pair.get(1)) {
            Thread reader =
                    Thread.ofPlatform()
                            .start(() -> {
                                try (Arena arena = Arena.ofConfined()) {
                                    assertThat(a.fd().read(arena.allocate(1))).isZero();
                                }
                            });
            a.shutdown();
            reader.join();
            assertThatThrownBy(() -> b.fd().write(Arena.ofAuto().allocate(1)))
                    .hasMessageContaining("errno=EPIPE");
        }
    }

    @Test
    void shouldResetTheConnectionWhenLingerIsZero() {
        try (Socket listener =
                        Socket.listenTcp(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Socket client = Socket.connectTcp((InetSocketAddress) listener.localAddress());
                Socket server = Objects.requireNonNull(listener.accept())) {
            reset(client);
            assertThatThrownBy(() -> server.fd().read(Arena.ofAuto().allocate(1)))
                    .hasMessageContaining("errno=ECONNRESET");
        }
    }

    @Test
    void shouldHoldMoreAfterTheSendBufferGrew() {
        assertThat(bytesUntilFull(1 << 18)).isGreaterThan(2 * bytesUntilFull(1 << 13));
    }

    @Test
    void shouldRefuseAnAddressThatDoesNotFit() {
        Path longPath = Path.of("/" + "x".repeat(107));
        assertThatThrownBy(() -> Socket.connectUnix(longPath))
                .isInstanceOf(IllegalArgumentException.class);
        InetSocketAddress unresolved = InetSocketAddress.createUnresolved("somewhere", 1);
        assertThatThrownBy(() -> Socket.connectTcp(unresolved))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("host=somewhere");
    }

    private static void reset(Socket socket) {
        socket.lingerZero();
        socket.close();
    }

    private static long bytesUntilFull(int buffer) {
        List<Socket> pair = Socket.pair();
        try (Socket a = pair.get(0);
                Socket _ = pair.get(1);
                Arena arena = Arena.ofConfined()) {
            a.setSendBuffer(buffer);
            a.fd().setNonBlocking(true);
            return a.fd().write(arena.allocate(8 << 20));
        }
    }

    private static void assertCarries(Socket from, Socket to) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment sent = arena.allocateFrom("hello");
            MemorySegment received = arena.allocate(sent.byteSize());
            from.fd().write(sent);
            assertThat(to.fd().read(received)).isEqualTo(sent.byteSize());
            assertThat(received.toArray(JAVA_BYTE)).isEqualTo(sent.toArray(JAVA_BYTE));
        }
    }
}
