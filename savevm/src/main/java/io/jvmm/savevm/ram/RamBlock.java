package io.jvmm.savevm.ram;

import java.lang.foreign.MemorySegment;

/**
 * A named range of guest memory. The name is what both sides know it by; offsets in the stream are
 * offsets in the block, not guest-physical addresses.
 */
public final class RamBlock {
    /** Bytes of a page of the stream and of the dirty log. */
    public static final int PAGE_SIZE = 4096;

    private static final int LONGEST_NAME = 127;

    private final String name;
    private final MemorySegment memory;

    /**
     * Names a range of memory.
     *
     * @param name 1 to 127 printable ASCII characters, such as {@code microvm.ram}
     * @param memory native memory that starts at a page and is whole pages long; it stays mapped as
     *     long as the block is used
     */
    public RamBlock(String name, MemorySegment memory) {
        if (name.isEmpty()
                || name.length() > LONGEST_NAME
                || name.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "A block's name is 1 to 127 printable ASCII characters: name=" + name);
        }
        if (!memory.isNative()
                || memory.byteSize() == 0
                || (memory.address() | memory.byteSize()) % PAGE_SIZE != 0) {
            throw new IllegalArgumentException(
                    "A block is native memory of whole pages: name=%s address=0x%x length=%d"
                            .formatted(name, memory.address(), memory.byteSize()));
        }
        this.name = name;
        this.memory = memory;
    }

    /**
     * What both sides know the block by.
     *
     * @return printable ASCII
     */
    public String name() {
        return name;
    }

    /**
     * The memory itself.
     *
     * @return native memory
     */
    public MemorySegment memory() {
        return memory;
    }

    /**
     * Bytes of the block.
     *
     * @return a multiple of {@link #PAGE_SIZE}, at least one page
     */
    public long length() {
        return memory.byteSize();
    }

    /**
     * Pages of the block.
     *
     * @return at least 1
     */
    public long pages() {
        return memory.byteSize() / PAGE_SIZE;
    }

    @Override
    public String toString() {
        return "RamBlock[name=%s, length=%d]".formatted(name, length());
    }
}
