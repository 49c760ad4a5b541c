package io.jvmm.linux;

import io.jvmm.linux.internal.NativeMemory;
import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Memory shared with a file ({@code mmap}, readable and writable, {@code MAP_SHARED}).
 *
 * <p>Any thread may use the segment. After {@link #close} every access through it throws; the
 * kernel's users of the address (a KVM memory slot, a call in progress) must be gone before.
 */
public final class Mapping implements AutoCloseable {
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED = 1;
    private static final int MADV_POPULATE_WRITE = 23;

    private final Arena arena;
    private final MemorySegment segment;

    @SuppressWarnings("MustBeClosed") // close() does
    private Mapping(long address, long size) {
        arena = Arena.ofShared();
        segment = NativeMemory.mapped(address, size, arena);
    }

    /**
     * Zeroed memory that belongs to no path ({@code memfd_create}).
     *
     * @param name shown in the process's memory map
     * @param size bytes, more than 0
     * @return the memory; pages are supplied at first touch, see {@link #populate}
     * @throws SyscallException if the kernel refuses
     */
    public static Mapping anonymousFile(String name, long size) {
        try (Fd file = Fd.memoryFile(name, size)) {
            return of(file, 0, size);
        }
    }

    /**
     * A part of a file.
     *
     * @param file open for reading and writing; may be closed afterwards
     * @param offset first byte, a multiple of the page size
     * @param size bytes, more than 0
     * @return the memory
     * @throws SyscallException if the kernel refuses
     */
    public static Mapping of(Fd file, long offset, long size) {
        long address =
                SyscallException.check(
                        Syscalls.mmap(0, size, PROT_READ_WRITE, MAP_SHARED, file.number(), offset),
                        "mmap",
                        file + " offset=" + offset + " size=" + size);
        return new Mapping(address, size);
    }

    /**
     * The memory.
     *
     * @return native memory, usable by all threads until {@link #close}
     */
    public MemorySegment segment() {
        return segment;
    }

    /**
     * Makes all pages present and writable now, so that no later access faults ({@code
     * MADV_POPULATE_WRITE}, Linux 5.14). Contents do not change. Long: about a second per GiB.
     *
     * @throws SyscallException if memory is short or the kernel is too old (EINVAL)
     */
    public void populate() {
        long size = segment.byteSize();
        long address = NativeMemory.address(segment, 0, size);
        long result;
        do {
            result = Syscalls.madvise(address, size, MADV_POPULATE_WRITE);
        } while (result == -Errno.EINTR.code());
        SyscallException.check(result, "madvise", "advice=MADV_POPULATE_WRITE size=" + size);
    }

    /** Unmaps the memory; does nothing the second time. */
    @Override
    public void close() {
        if (segment.scope().isAlive()) {
            arena.close();
        }
    }
}
