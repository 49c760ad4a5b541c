package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A descriptor table register ({@code struct kvm_dtable}).
 *
 * @param segment the struct
 */
public record KvmTable(MemorySegment segment) {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("base"),
                            JAVA_SHORT.withName("limit"),
                            MemoryLayout.sequenceLayout(3, JAVA_SHORT).withName("padding"))
                    .withName("kvm_dtable");

    private static final long BASE = Structs.offset(LAYOUT, "base");
    private static final long LIMIT = Structs.offset(LAYOUT, "limit");

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmTable {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * Linear address of the table.
     *
     * @return the base
     */
    public long base() {
        return segment.get(JAVA_LONG, BASE);
    }

    /**
     * Highest offset in the table.
     *
     * @return 16 bits
     */
    public int limit() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, LIMIT));
    }

    /**
     * Writes both parts.
     *
     * @param base linear address of the table
     * @param limit highest offset, 16 bits
     */
    public void set(long base, int limit) {
        segment.set(JAVA_LONG, BASE, base);
        segment.set(JAVA_SHORT, LIMIT, (short) limit);
    }
}
