package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The dirty pages of one memory slot, a bit each, as KVM writes them. One thread; nothing allocates
 * after construction.
 */
public final class KvmDirtyBitmap {
    static final StructLayout DIRTY_LOG =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("slot"),
                            JAVA_INT.withName("padding1"),
                            JAVA_LONG.withName("dirty_bitmap"))
                    .withName("kvm_dirty_log");

    static final StructLayout CLEAR_DIRTY_LOG =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("slot"),
                            JAVA_INT.withName("num_pages"),
                            JAVA_LONG.withName("first_page"),
                            JAVA_LONG.withName("dirty_bitmap"))
                    .withName("kvm_clear_dirty_log");

    private final MemorySegment words;
    private final MemorySegment dirtyLog;
    private final MemorySegment clearDirtyLog;

    /**
     * A bitmap for a whole slot.
     *
     * @param slot number of the memory slot
     * @param pages its size in pages, below 2^32
     */
    public KvmDirtyBitmap(int slot, long pages) {
        if (pages < 1 || pages >= 1L << 32) {
            throw new IllegalArgumentException(
                    "Not the size of a slot: slot=" + slot + " pages=" + pages);
        }
        Arena arena = Arena.ofAuto();
        words = arena.allocate((pages + Long.SIZE - 1) / Long.SIZE * Long.BYTES, Long.BYTES);
        dirtyLog = arena.allocate(DIRTY_LOG);
        dirtyLog.set(JAVA_INT, Structs.offset(DIRTY_LOG, "slot"), slot);
        dirtyLog.set(JAVA_LONG, Structs.offset(DIRTY_LOG, "dirty_bitmap"), words.address());
        clearDirtyLog = arena.allocate(CLEAR_DIRTY_LOG);
        clearDirtyLog.set(JAVA_INT, Structs.offset(CLEAR_DIRTY_LOG, "slot"), slot);
        clearDirtyLog.set(JAVA_INT, Structs.offset(CLEAR_DIRTY_LOG, "num_pages"), (int) pages);
        clearDirtyLog.set(
                JAVA_LONG, Structs.offset(CLEAR_DIRTY_LOG, "dirty_bitmap"), words.address());
    }

    /**
     * Number of words.
     *
     * @return pages / 64, rounded up
     */
    public int wordCount() {
        return (int) (words.byteSize() / Long.BYTES);
    }

    /**
     * Sixty-four pages.
     *
     * @param index which word; bit 0 is page 64 × index
     * @return 1 bits for dirty pages
     */
    public long word(int index) {
        return words.getAtIndex(JAVA_LONG, index);
    }

    /** The argument of KVM_GET_DIRTY_LOG; it holds the address of the words, which live as long. */
    MemorySegment dirtyLog() {
        return dirtyLog;
    }

    /** The argument of KVM_CLEAR_DIRTY_LOG. */
    MemorySegment clearDirtyLog() {
        return clearDirtyLog;
    }
}
