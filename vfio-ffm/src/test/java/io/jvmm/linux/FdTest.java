package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FdTest {
    @TempDir Path directory;

    @Test
    void shouldReadWhatTheFileHolds() throws Exception {
        Path file = directory.resolve("file");
        Files.writeString(file, "0123456789");
        try (Fd fd = Fd.open(file.toString(), Fd.READ_ONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16);
            assertThat(fd.read(buffer, 2, 4)).isEqualTo(4);
            assertThat(text(buffer, 0, 7)).isEqualTo("\0\0" + "0123" + "\0");
            assertThat(fd.read(buffer)).isEqualTo(6);
            assertThat(fd.read(buffer)).isZero();
        }
    }

    @Test
    void shouldWriteAPartOfTheMemory() throws Exception {
        Path file = directory.resolve("file");
        try (Fd fd = Fd.open(file.toString(), Fd.WRITE_ONLY | Fd.CREATE | Fd.TRUNCATE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocateFrom("hello");
            assertThat(fd.write(buffer, 1, 3)).isEqualTo(3);
        }
        assertThat(file).hasContent("ell");
    }

    @Test
    void shouldReadAndWriteAtAPlaceWithoutMovingThePosition() throws Exception {
        Path file = directory.resolve("file");
        Files.writeString(file, "0123456789");
        try (Fd fd = Fd.open(file.toString(), Fd.READ_WRITE);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(16);
            assertThat(fd.tryReadAt(buffer, 3, 4)).isEqualTo(3);
            assertThat(text(buffer, 0, 3)).isEqualTo("456");
            assertThat(fd.tryWriteAt(buffer, 2, 8)).isEqualTo(2);
            assertThat(fd.tryReadAt(buffer, 16, 10)).isZero();
            assertThat(fd.tryRead(buffer, 0, 16)).isEqualTo(10);
            assertThat(text(buffer, 0, 10)).isEqualTo("0123456745");
        }
    }

    @Test
    void shouldAnswerWithTheErrorWhereAFailureIsOrdinary() {
        try (EventFd event = new EventFd();
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8);
            assertThat(event.fd().tryRead(buffer, 0, 8)).isEqualTo(-Errno.EAGAIN.code());
            assertThat(event.fd().tryWrite(buffer, 0, 4)).isEqualTo(-Errno.EINVAL.code());
            assertThat(event.fd().tryReadAt(buffer, 8, 0)).isEqualTo(-Errno.ESPIPE.code());
            assertThat(event.fd().tryWriteAt(buffer, 8, 0)).isEqualTo(-Errno.ESPIPE.code());
            assertThatThrownBy(() -> event.fd().tryReadAt(buffer, 9, 0))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void shouldCloseADescriptorThatItHasAdopted() {
        try (EventFd event = new EventFd();
                Arena arena = Arena.ofConfined()) {
            Fd dup = event.fd().dup();
            try (Fd adopted = Fd.adopt(dup.number())) {
                adopted.write(arena.allocateFrom(JAVA_LONG, 1));
            }
            assertThat(event.drain()).isTrue();
            assertThat(dup.tryRead(arena.allocate(8), 0, 8)).isEqualTo(-Errno.EBADF.code());
        }
    }

    @Test
    void shouldNameTheCallTheErrorAndThePathOfAFailure() {
        String path = directory.resolve("absent").toString();
        assertThatThrownBy(() -> Fd.open(path, Fd.READ_ONLY))
                .isInstanceOfSatisfying(
                        SyscallException.class, e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT))
                .hasMessage("System call failed: call=open errno=ENOENT path=" + path);
    }

    @Test
    void shouldAnswerWouldBlockOnlyWhenNonBlocking() {
        List<Socket> pair = Socket.pair();
        try (Socket a = pair.get(0);
                Socket b = pair.get(1);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(4);
            a.fd().setNonBlocking(true);
            assertThat(a.fd().read(buffer)).isEqualTo(Fd.WOULD_BLOCK);
            b.fd().write(buffer);
            a.fd().setNonBlocking(false);
            assertThat(a.fd().read(buffer)).isEqualTo(4);
        }
    }

    @Test
    void shouldWriteShortAndThenBlockWhenTheSocketIsFull() {
        List<Socket> pair = Socket.pair();
        try (Socket a = pair.get(0);
                Socket b = pair.get(1);
                Arena arena = Arena.ofConfined()) {
            MemorySegment much = arena.allocate(8 << 20);
            a.fd().setNonBlocking(true);
            assertThat(a.fd().write(much)).isBetween(1L, much.byteSize() - 1);
            assertThat(a.fd().write(much)).isEqualTo(Fd.WOULD_BLOCK);
            assertThat(b.fd().read(much)).isPositive();
        }
    }

    @Test
    void shouldRejectMemoryThatTheKernelMustNotSee() {
        List<Socket> pair = Socket.pair();
        MemorySegment closed;
        try (Arena arena = Arena.ofConfined()) {
            closed = arena.allocate(8);
        }
        try (Socket a = pair.get(0);
                Socket _ = pair.get(1);
                Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(8);
            assertThatThrownBy(() -> a.fd().write(buffer, 4, 5))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> a.fd().write(buffer, -1, 5))
                    .isInstanceOf(IndexOutOfBoundsException.class);
            assertThatThrownBy(() -> a.fd().read(MemorySegment.ofArray(new byte[8])))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> a.fd().write(closed))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldKeepTheFileOpenThroughADuplicate() throws Exception {
        Path file = Files.writeString(directory.resolve("file"), "x");
        Fd first = Fd.open(file.toString(), Fd.READ_ONLY);
        try (Fd second = first.dup();
                Arena arena = Arena.ofConfined()) {
            assertThat(second.number()).isNotEqualTo(first.number());
            first.close();
            assertThat(second.read(arena.allocate(1))).isEqualTo(1);
        }
    }

    @Test
    void shouldRefuseUseAfterCloseAndCloseOnce() {
        Fd fd = Fd.open("/dev/null", Fd.READ_ONLY);
        int number = fd.number();
        fd.close();
        try (Fd reused = Fd.open("/dev/null", Fd.READ_ONLY);
                Arena arena = Arena.ofConfined()) {
            assertThat(reused.number()).isEqualTo(number);
            fd.close(); // must not close the descriptor that has the number now
            assertThat(reused.read(arena.allocate(1))).isZero();
            assertThatThrownBy(fd::number).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void shouldReportAFailedRequestAndHandOutItsErrorOnWish() {
        Ioctl request = Ioctl.none("NO_SUCH_REQUEST", 0xAE, 0xFF);
        try (Fd fd = Fd.open("/dev/null", Fd.READ_ONLY)) {
            assertThatThrownBy(() -> fd.ioctl(request, 0))
                    .hasMessageContaining("call=NO_SUCH_REQUEST errno=ENOTTY");
            assertThat(fd.tryIoctl(request, 0)).isEqualTo(-Errno.ENOTTY.code());
        }
    }

    @Test
    void shouldRefuseAnArgumentThatIsSmallerThanTheRequestSays() {
        Ioctl request = Ioctl.read("SOME_REQUEST", 0xAE, 1, 16);
        try (Fd fd = Fd.open("/dev/null", Fd.READ_ONLY);
                Arena arena = Arena.ofConfined()) {
            MemorySegment small = arena.allocate(15);
            assertThatThrownBy(() -> fd.ioctl(request, small))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    private static String text(MemorySegment memory, long offset, long length) {
        return new String(
                memory.asSlice(offset, length).toArray(JAVA_BYTE), StandardCharsets.UTF_8);
    }
}
