package io.jvmm.device.pci;

/**
 * What a base address register shows: so many ports or bytes of memory, on a boundary of their own
 * size. PCI Local Bus Specification 3.0, 6.2.5.1.
 *
 * @param index number of the register, 0 to 5
 * @param kind ports, or memory in one or two registers
 * @param prefetchable of memory, whether reading it has no effect
 * @param size bytes, a power of two
 */
public record PciBar(int index, Kind kind, boolean prefetchable, long size) {
    /** How many registers there are. */
    public static final int COUNT = 6;

    private static final int IO_FLAG = 1;
    private static final int TYPE_MASK = 6;
    private static final int PREFETCHABLE_FLAG = 8;

    /** What is behind the register. */
    public enum Kind {
        /** I/O ports. */
        IO(4, 256, IO_FLAG),
        /** Memory below 4 GiB. */
        MEMORY_32(16, 1L << 31, 0),
        /** Memory anywhere; takes the next register as well. */
        MEMORY_64(16, 1L << 62, 4);

        private final long smallest;
        private final long largest;
        private final int flags;

        Kind(long smallest, long largest, int flags) {
            this.smallest = smallest;
            this.largest = largest;
            this.flags = flags;
        }
    }

    /** Checks the numbers. */
    public PciBar {
        boolean whole = index >= 0 && index < COUNT - (kind == Kind.MEMORY_64 ? 1 : 0);
        if (!whole
                || size < kind.smallest
                || size > kind.largest
                || Long.bitCount(size) != 1
                || (prefetchable && kind == Kind.IO)) {
            throw new IllegalArgumentException(
                    "Such a BAR cannot be: bar=%d kind=%s prefetchable=%s size=%d"
                            .formatted(index, kind, prefetchable, size));
        }
    }

    /**
     * A register as a device declares it. A BAR shows a power of two, so that it may be longer than
     * what the device has behind it.
     *
     * @param index number of the register
     * @param register its value; only the low bits count
     * @param length bytes that the device has, more than 0
     * @return the BAR
     * @throws IllegalArgumentException if there can be no such BAR
     */
    public static PciBar declared(int index, int register, long length) {
        boolean io = (register & IO_FLAG) != 0;
        boolean wide = !io && (register & TYPE_MASK) == Kind.MEMORY_64.flags;
        Kind kind = io ? Kind.IO : wide ? Kind.MEMORY_64 : Kind.MEMORY_32;
        long size = Math.max(kind.smallest, Long.highestOneBit(length));
        boolean fits = size >= length || size == Long.MIN_VALUE;
        return new PciBar(
                index, kind, !io && (register & PREFETCHABLE_FLAG) != 0, fits ? size : size << 1);
    }

    /** How many registers it takes. */
    int registers() {
        return kind == Kind.MEMORY_64 ? 2 : 1;
    }

    /** Offset of its first register. */
    int offset() {
        return PciConfig.BARS + index * Integer.BYTES;
    }

    /** The low bits, which the guest cannot change. */
    int flags() {
        return kind.flags | (prefetchable ? PREFETCHABLE_FLAG : 0);
    }
}
