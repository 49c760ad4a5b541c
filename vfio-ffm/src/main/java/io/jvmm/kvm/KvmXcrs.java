package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * Extended control registers, of which there is one ({@code struct kvm_xcrs}).
 *
 * @param segment the struct
 */
public record KvmXcrs(MemorySegment segment) {
    static final StructLayout XCR =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("xcr"),
                            JAVA_INT.withName("reserved"),
                            JAVA_LONG.withName("value"))
                    .withName("kvm_xcr");

    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("nr_xcrs"),
                            JAVA_INT.withName("flags"),
                            MemoryLayout.sequenceLayout(16, XCR).withName("xcrs"),
                            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("padding"))
                    .withName("kvm_xcrs");

    private static final long COUNT = Structs.offset(LAYOUT, "nr_xcrs");
    private static final long VALUE =
            LAYOUT.byteOffset(
                    PathElement.groupElement("xcrs"),
                    PathElement.sequenceElement(0),
                    PathElement.groupElement("value"));

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmXcrs {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * A struct of zeros.
     *
     * @param allocator where its memory comes from
     * @return the view
     */
    public static KvmXcrs allocate(SegmentAllocator allocator) {
        return new KvmXcrs(allocator.allocate(LAYOUT));
    }

    /**
     * XCR0: the enabled state components.
     *
     * @return the value
     */
    public long xcr0() {
        return segment.get(JAVA_LONG, VALUE);
    }

    /**
     * Writes XCR0, the only register of the list.
     *
     * @param value the enabled state components
     */
    public void setXcr0(long value) {
        segment.set(JAVA_INT, COUNT, 1);
        segment.set(JAVA_LONG, VALUE, value);
    }
}
