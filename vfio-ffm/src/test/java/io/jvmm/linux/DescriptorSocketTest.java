package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DescriptorSocketTest {
    @TempDir Path directory;

    private final List<DescriptorSocket> pair =
            Socket.pair().stream().map(DescriptorSocket::new).toList();
    private final DescriptorSocket a = pair.get(0);
    private final DescriptorSocket b = pair.get(1);
    private final ReceivedDescriptors received = new ReceivedDescriptors();
    private final MemorySegment buffer = Arena.ofAuto().allocate(1 << 20);
    private final IoVec pieces = new IoVec(2);

    @AfterEach
    void close() {
        received.close();
        pair.forEach(DescriptorSocket::close);
    }

    @Test
    void shouldCarryDescriptorsBesideTheBytes() {
        try (EventFd event = new EventFd()) {
            send(8, List.of(event.fd()));
            assertThat(b.receive(buffer, 0, 8, received)).isEqualTo(8);
            assertThat(received.count()).isEqualTo(1);
            try (Fd copy = received.take(0)) {
                assertThat(copy.number()).isNotEqualTo(event.fd().number());
                copy.write(Arena.ofAuto().allocateFrom(JAVA_LONG, 1));
                assertThat(event.drain()).isTrue();
            }
        }
    }

    @Test
    void shouldCarryAsManyDescriptorsAsFit() {
        try (EventFd event = new EventFd()) {
            send(1, Collections.nCopies(ReceivedDescriptors.MAXIMUM, event.fd()));
            b.receive(buffer, 0, 1, received);
            assertThat(received.count()).isEqualTo(ReceivedDescriptors.MAXIMUM);
            assertThatThrownBy(() -> send(1, Collections.nCopies(17, event.fd())))
                    .hasMessageContaining("count=17");
        }
    }

    @Test
    void shouldSendAMessageWithoutWaitingThatItsBufferHolds() {
        int length = Math.min(a.holdMessages(1 << 20), (int) buffer.byteSize());
        a.fd().setNonBlocking(true);
        send(length, List.of());
        assertThat(b.receive(buffer, 0, length, received)).isEqualTo(length);
    }

    @Test
    void shouldCloseWhatNobodyTakes() throws Exception {
        try (EventFd event = new EventFd()) {
            long before = openDescriptors();
            send(8, List.of(event.fd(), event.fd()));
            b.receive(buffer, 0, 8, received);
            assertThat(openDescriptors()).isEqualTo(before + 2);
            received.close();
            assertThat(openDescriptors()).isEqualTo(before);
            assertThatThrownBy(() -> received.take(0)).hasMessageContaining("count=0");
        }
    }

    @Test
    void shouldRefuseMoreDescriptorsThanThereIsRoomFor() throws Exception {
        long before = openDescriptors();
        try (EventFd event = new EventFd()) {
            sendTooMany(event.fd());
            assertThatThrownBy(() -> b.receive(buffer, 0, 1, received))
                    .hasMessageContaining("errno=EMSGSIZE");
            received.close();
        }
        assertThat(openDescriptors()).isEqualTo(before);
    }

    @Test
    void shouldSendAllOfAMessageLargerThanTheSocketHolds() throws Exception {
        buffer.fill((byte) 7);
        MemorySegment sent = Arena.ofAuto().allocate(buffer.byteSize());
        try (EventFd event = new EventFd()) {
            Thread sender =
                    Thread.ofPlatform().start(() -> send(buffer.byteSize(), List.of(event.fd())));
            assertThat(b.receive(sent, 0, sent.byteSize(), received)).isEqualTo(sent.byteSize());
            sender.join();
            assertThat(received.count()).isEqualTo(1);
            assertThat(sent.mismatch(buffer)).isEqualTo(-1);
        }
    }

    @Test
    void shouldShowTheEndOfTheStream() {
        send(3, List.of());
        a.shutdown();
        assertThat(b.receive(buffer, 0, 8, received)).isEqualTo(3);
        assertThat(b.receive(buffer, 0, 8, received)).isZero();
        assertThatThrownBy(() -> send(1, List.of())).hasMessageContaining("errno=EPIPE");
    }

    @Test
    void shouldBreakAReceiverByShutdown() throws Exception {
        Thread receiver =
                Thread.ofPlatform()
                        .start(() -> assertThat(b.receive(buffer, 0, 8, received)).isZero());
        b.shutdown();
        receiver.join();
        b.close();
        b.shutdown(); // does nothing
    }

    @Test
    void shouldTakeOverOnlyUnixSockets() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        assertThatThrownBy(() -> DescriptorSocket.of(Fd.open(file.toString(), Fd.READ_ONLY)))
                .hasMessageContaining("errno=ENOTSOCK");
        List<Socket> sockets = Socket.pair();
        try (DescriptorSocket one = DescriptorSocket.of(sockets.get(0).fd());
                Socket other = sockets.get(1)) {
            other.fd().write(buffer, 0, 2);
            assertThat(one.receive(buffer, 0, 2, received)).isEqualTo(2);
        }
    }

    @Test
    void shouldSendAndReceiveWithoutAllocating() {
        long allocated =
                Allocation.ofThousand(() -> {
                    send(64, List.of());
                    b.receive(buffer, 0, 64, received);
                    received.close();
                });
        assertThat(allocated).isZero();
    }

    @Test
    void shouldLayStructsOutAsTheKernelDoes() {
        assertThat(DescriptorSocket.MSGHDR.byteSize()).isEqualTo(56);
        assertThat(DescriptorSocket.CMSGHDR.byteSize()).isEqualTo(16);
    }

    private void send(long length, List<Fd> descriptors) {
        pieces.clear();
        pieces.add(buffer, 0, length / 2);
        pieces.add(buffer, length / 2, length - length / 2);
        a.send(pieces, descriptors);
    }

    /** Past our own limit, by the system call itself. */
    private void sendTooMany(Fd fd) {
        int count = ReceivedDescriptors.MAXIMUM + 4;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment control = arena.allocate(16 + 4L * count, 8);
            control.set(JAVA_LONG, 0, 16 + 4L * count);
            control.set(JAVA_INT, 8, DescriptorSocket.SOL_SOCKET);
            control.set(JAVA_INT, 12, DescriptorSocket.SCM_RIGHTS);
            for (int i = 0; i < count; i++) {
                control.set(JAVA_INT, 16 + 4L * i, fd.number());
            }
            MemorySegment iov = arena.allocate(16, 8);
            iov.set(JAVA_LONG, 0, buffer.address());
            iov.set(JAVA_LONG, 8, 1);
            MemorySegment header = arena.allocate(DescriptorSocket.MSGHDR);
            header.set(JAVA_LONG, 16, iov.address());
            header.set(JAVA_LONG, 24, 1);
            header.set(JAVA_LONG, 32, control.address());
            header.set(JAVA_LONG, 40, control.byteSize());
            assertThat(Syscalls.sendmsg(a.fd().number(), header.address(), 0)).isEqualTo(1);
        }
    }

    private static long openDescriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
