package io.jvmm.linux.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.CCompiler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class SystemCallStubTest {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_PRIVATE = 2;

    @Test
    void shouldReturnNegatedErrorNumbers() {
        assertThat(Syscalls.close(-1)).isEqualTo(-9); // EBADF
    }

    /** The page offset is the sixth argument, which travels on the stack. */
    @Test
    void shouldPassAllSixArguments() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocateFrom("six-arguments");
            int fd = (int) Syscalls.memfdCreate(name.address(), 0);
            Syscalls.ftruncate(fd, 8192);
            assertThat(Syscalls.mmap(0, 4096, PROT_READ_WRITE, MAP_PRIVATE, fd, 1))
                    .isEqualTo(-22); // EINVAL
            long address = Syscalls.mmap(0, 4096, PROT_READ_WRITE, MAP_PRIVATE, fd, 4096);
            assertThat(address).isPositive();
            assertThat(Syscalls.munmap(address, 4096)).isZero();
            Syscalls.close(fd);
        }
    }

    @Test
    void shouldLayOutSigactionAsLibcDoes() {
        assertThat(Signals.SIGACTION.byteSize()).isEqualTo(152);
        new CCompiler("signal.h").assertLayout(Signals.SIGACTION);
    }
}
