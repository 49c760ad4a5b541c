package io.jvmm.savevm.ram;

import java.lang.foreign.MemorySegment;

/** A named, contiguous piece of guest RAM in pages of 4096 bytes. */
public final class RamBlock {

    /** Bytes per page, {@code TARGET_PAGE_SIZE} of x86. */
    public static final int PAGE_SIZE = 4096;

    private final String name;
    private final MemorySegment memory;

    /**
     * A block over memory that stays mapped as long as the block is used.
     *
     * @param name the name in the stream
     * @param memory a whole number of pages
     */
    public RamBlock(String name, MemorySegment memory) {
        if (memory.byteSize() == 0 || memory.byteSize() % PAGE_SIZE != 0) {
            throw new IllegalArgumentException(
                    "RAM is not a whole number of pages: bytes=" + memory.byteSize());
        }
        this.name = name;
        this.memory = memory;
    }

    /**
     * The name in the stream.
     *
     * @return such as {@code ram}
     */
    public String name() {
        return name;
    }

    /**
     * The guest's bytes.
     *
     * @return all of the block
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Its size in bytes.
     *
     * @return a multiple of {@link #PAGE_SIZE}
     */
    public long length() {
        return memory.byteSize();
    }

    /**
     * Its size in pages.
     *
     * @return at least 1
     */
    public long pages() {
        return memory.byteSize() / PAGE_SIZE;
    }
}
