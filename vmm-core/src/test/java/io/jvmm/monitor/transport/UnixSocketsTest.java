package io.jvmm.monitor.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(20)
class UnixSocketsTest {
    @TempDir Path directory;

    private static Transport accept(TransportListener listener) {
        try {
            return listener.accept();
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    private static int read(Transport transport, ByteBuffer into) {
        try {
            return transport.read(into);
        } catch (IOException e) {
            throw new CompletionException(e);
        }
    }

    @Test
    void shouldCarryBytesBothWays() throws Exception {
        Path path = directory.resolve("s");
        try (TransportListener listener = UnixSockets.listen(path, UnixSockets.ownUid())) {
            var accepted = CompletableFuture.supplyAsync(() -> accept(listener));
            try (Transport client = UnixSockets.connect(path);
                    Transport server = accepted.get(10, TimeUnit.SECONDS)) {
                client.write(ByteBuffer.wrap("ping".getBytes(StandardCharsets.UTF_8)));
                ByteBuffer into = ByteBuffer.allocate(16);
                assertThat(server.read(into)).isEqualTo(4);
                server.write(into.flip());
                into.clear();
                assertThat(client.read(into)).isEqualTo(4);
            }
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void shouldWakeAReaderThatIsClosed() throws Exception {
        Path path = directory.resolve("s");
        try (TransportListener listener = UnixSockets.listen(path, UnixSockets.ownUid())) {
            var accepted = CompletableFuture.supplyAsync(() -> accept(listener));
            Transport client = UnixSockets.connect(path);
            Transport server = accepted.get(10, TimeUnit.SECONDS);
            var end = CompletableFuture.supplyAsync(() -> read(server, ByteBuffer.allocate(16)));
            server.close();
            assertThat(end.handle((count, error) -> error != null || count < 0).get()).isTrue();
            client.close();
        }
    }

    @Test
    void shouldTurnAwayAnotherUser() throws Exception {
        Path path = directory.resolve("s");
        int stranger = UnixSockets.ownUid() + 1;
        try (TransportListener listener = UnixSockets.listen(path, stranger)) {
            var accepted = CompletableFuture.supplyAsync(() -> accept(listener));
            try (Transport client = UnixSockets.connect(path)) {
                assertThat(client.read(ByteBuffer.allocate(16))).isEqualTo(-1);
            }
            assertThat(accepted).isNotDone();
        }
    }

    @Test
    void shouldReplaceTheSocketOfAnEarlierProcessButNoOtherFile() throws Exception {
        Path path = directory.resolve("s");
        int uid = UnixSockets.ownUid();
        TransportListener abandoned = UnixSockets.listen(path, uid);
        try (TransportListener listener = UnixSockets.listen(path, uid)) {
            assertThat(listener.address()).isEqualTo("unix:" + path);
        }
        abandoned.close();
        Path file = Files.writeString(directory.resolve("f"), "precious");
        assertThatThrownBy(() -> UnixSockets.listen(file, uid)).isInstanceOf(IOException.class);
        assertThat(file).hasContent("precious");
    }

    @Test
    void shouldRefuseAPathThatTheKernelWouldCut() {
        assertThatThrownBy(() -> UnixSockets.listen(directory.resolve("x".repeat(108)), 0))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("too long");
    }

    @Test
    void shouldSayThatNobodyListens() {
        assertThatThrownBy(() -> UnixSockets.connect(directory.resolve("nobody")))
                .isInstanceOf(IOException.class);
    }
}
