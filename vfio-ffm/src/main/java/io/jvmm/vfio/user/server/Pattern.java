package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The bytes that stand for a device's state: what is at a position can be told at once, and whole
 * megabytes of it are given away and compared without being made first.
 *
 * <p>It repeats after a prime number of bytes, so that a piece that is lost, doubled or moved by
 * any round number of bytes is noticed. Any thread; never written after construction.
 */
final class Pattern {
    /** Most bytes of one piece. */
    static final long MAXIMUM_PIECE = 1 << 20;

    private static final long PERIOD = 1_048_573;
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final MemorySegment block = Arena.ofAuto().allocate(PERIOD + MAXIMUM_PIECE);

    Pattern() {
        long value = GOLDEN;
        for (long at = 0; at + Long.BYTES <= PERIOD; at += Long.BYTES) {
            value = (value ^ (value >>> 27)) * GOLDEN + at;
            block.set(JAVA_LONG_UNALIGNED, at, value);
        }
        MemorySegment.copy(block, 0, block, PERIOD, MAXIMUM_PIECE - 1);
    }

    /** The memory that the pieces lie in. */
    MemorySegment block() {
        return block;
    }

    /** Where in the block the piece at a position begins, at most {@link #MAXIMUM_PIECE} long. */
    long offset(long position) {
        return position % PERIOD;
    }

    /** Whether these bytes are the pattern from a position on. */
    boolean matches(long position, MemorySegment bytes, long offset, long length) {
        long from = offset(position);
        return MemorySegment.mismatch(block, from, from + length, bytes, offset, offset + length)
                < 0;
    }
}
