package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A flag that {@code poll} can wait for ({@code eventfd}): readable from {@link #signal} until
 * {@link #drain}.
 *
 * <p>Any thread may call any method; none of them waits or allocates.
 */
public final class EventFd implements AutoCloseable {
    private static final int EFD_CLOEXEC = 0x80000;
    private static final int EFD_NONBLOCK = 0x800;

    private final Fd fd;
    private final MemorySegment one; // never written again, so that all threads may share it
    private final MemorySegment count;

    /**
     * A flag that is down.
     *
     * @throws SyscallException if the process has no descriptor left
     */
    public EventFd() {
        fd =
                Fd.own(
                        SyscallException.check(
                                Syscalls.eventfd2(0, EFD_CLOEXEC | EFD_NONBLOCK), "eventfd2", ""));
        Arena arena = Arena.ofAuto();
        one = arena.allocateFrom(JAVA_LONG, 1);
        count = arena.allocate(JAVA_LONG);
    }

    /** Raises the flag. */
    public void signal() {
        fd.write(one); // would block only with 2^64 - 2 signals pending, and then the flag is up
        // anyway
    }

    /**
     * Lowers the flag.
     *
     * @return whether it was up
     */
    public boolean drain() {
        return fd.read(count)
                != Fd.WOULD_BLOCK; // the count itself is of no interest, so a race on it is
        // harmless
    }

    /**
     * The descriptor to poll for reading.
     *
     * @return the descriptor, owned by this object
     */
    public Fd fd() {
        return fd;
    }

    @Override
    public void close() {
        fd.close();
    }
}
