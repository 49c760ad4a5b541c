package io.jvmm.guest;

/** One segment or descriptor-table register, hidden part included. */
public final class SegmentState {

    /** {@link #flags} of a code segment of real mode: present, code, readable, accessed. */
    public static final int REAL_MODE_CODE = 0x9B00;

    /** {@link #flags} of a data segment of real mode: present, data, writable, accessed. */
    public static final int REAL_MODE_DATA = 0x9300;

    /** {@link #flags} of a flat 32-bit code segment of 4 GiB at privilege level 0. */
    public static final int FLAT_CODE = 0x00C09B00;

    /** {@link #flags} of a flat 32-bit data segment of 4 GiB at privilege level 0. */
    public static final int FLAT_DATA = 0x00C09300;

    /** Bit of {@link #flags}: code of 32 bits, or a stack of 32 bits. */
    public static final int DEFAULT_32 = 1 << 22;

    /** The visible selector, 16 bits. */
    public int selector;

    /** Linear address of the segment's first byte. */
    public long base;

    /** Highest offset within the segment, in bytes, unsigned. */
    public int limit;

    /**
     * The descriptor's upper double word without its base and limit: type in bits 8–11, S 12, DPL
     * 13–14, P 15, L 21, D/B 22, G 23.
     */
    public int flags;

    /** A segment register of zeros. */
    public SegmentState() {}

    /**
     * Sets all four parts.
     *
     * @param newSelector the visible selector
     * @param newBase linear address of the first byte
     * @param newLimit highest offset, unsigned
     * @param newFlags see {@link #flags}
     */
    public void set(int newSelector, long newBase, int newLimit, int newFlags) {
        selector = newSelector;
        base = newBase;
        limit = newLimit;
        flags = newFlags;
    }

    /**
     * Takes over another register's four parts.
     *
     * @param other the register to copy
     */
    public void copyFrom(SegmentState other) {
        set(other.selector, other.base, other.limit, other.flags);
    }

    /**
     * The highest offset as a number that is never negative.
     *
     * @return 0 to 2^32 − 1
     */
    public long unsignedLimit() {
        return Integer.toUnsignedLong(limit);
    }

    @Override
    public String toString() {
        return "selector=0x%x base=0x%x limit=0x%x flags=0x%x"
                .formatted(selector, base, limit, flags);
    }
}
