package io.jvmm.linux.internal;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** Between segments and addresses. */
public final class NativeMemory {
    private NativeMemory() {}

    /**
     * The address of a checked range. The caller keeps the segment reachable until the kernel is
     * done with it.
     *
     * @param segment native memory
     * @param offset first byte
     * @param length number of bytes
     * @return the address of the first byte
     * @throws IndexOutOfBoundsException if the range is not inside the segment
     * @throws IllegalArgumentException if the segment is on the heap
     * @throws IllegalStateException if the segment has been closed
     */
    public static long address(MemorySegment segment, long offset, long length) {
        Objects.checkFromIndexSize(offset, length, segment.byteSize());
        if (!segment.isNative()) {
            throw new IllegalArgumentException(
                    "The kernel needs native memory, not a heap segment");
        }
        if (!segment.scope().isAlive()) {
            throw new IllegalStateException("The memory has been closed");
        }
        return segment.address() + offset;
    }

    /**
     * A segment over memory that the caller has mapped.
     *
     * @param address first byte
     * @param size number of bytes
     * @param arena its end unmaps the memory
     * @return the segment
     */
    // Safe: the callers pass what mmap has just returned, and its size.
    @SuppressWarnings("restricted")
    public static MemorySegment mapped(long address, long size, Arena arena) {
        return MemorySegment.ofAddress(address)
                .reinterpret(size, arena, memory -> Syscalls.munmap(address, size));
    }
}
