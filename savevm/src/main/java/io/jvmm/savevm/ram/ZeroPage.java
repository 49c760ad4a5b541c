package io.jvmm.savevm.ram;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Finds pages that hold nothing but zeros: they travel as one byte. */
final class ZeroPage {
    private static final ValueLayout.OfLong WORD = ValueLayout.JAVA_LONG;
    private static final int LINE = 64;

    private ZeroPage() {}

    /**
     * Whether a page is all zero. One cache line a step: as fast as longer reductions on zero pages
     * (both are bound by memory), and a page with data is nearly always decided by its first line.
     */
    static boolean isZero(MemorySegment memory, long offset) {
        for (long at = offset; at < offset + RamBlock.PAGE_SIZE; at += LINE) {
            long any =
                    memory.get(WORD, at)
                            | memory.get(WORD, at + 8)
                            | memory.get(WORD, at + 16)
                            | memory.get(WORD, at + 24)
                            | memory.get(WORD, at + 32)
                            | memory.get(WORD, at + 40)
                            | memory.get(WORD, at + 48)
                            | memory.get(WORD, at + 56);
            if (any != 0) {
                return false;
            }
        }
        return true;
    }
}
