package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * Events that the processor is about to take ({@code struct kvm_vcpu_events}).
 *
 * @param segment the struct
 */
public record KvmVcpuEvents(MemorySegment segment) {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.structLayout(
                                            JAVA_BYTE.withName("injected"),
                                            JAVA_BYTE.withName("nr"),
                                            JAVA_BYTE.withName("has_error_code"),
                                            JAVA_BYTE.withName("pending"),
                                            JAVA_INT.withName("error_code"))
                                    .withName("exception"),
                            MemoryLayout.structLayout(
                                            JAVA_BYTE.withName("injected"),
                                            JAVA_BYTE.withName("nr"),
                                            JAVA_BYTE.withName("soft"),
                                            JAVA_BYTE.withName("shadow"))
                                    .withName("interrupt"),
                            MemoryLayout.structLayout(
                                            JAVA_BYTE.withName("injected"),
                                            JAVA_BYTE.withName("pending"),
                                            JAVA_BYTE.withName("masked"),
                                            JAVA_BYTE.withName("pad"))
                                    .withName("nmi"),
                            JAVA_INT.withName("sipi_vector"),
                            JAVA_INT.withName("flags"),
                            MemoryLayout.sequenceLayout(4, JAVA_BYTE).withName("smi"),
                            JAVA_BYTE.withName("triple_fault"),
                            MemoryLayout.sequenceLayout(26, JAVA_BYTE).withName("reserved"),
                            JAVA_BYTE.withName("exception_has_payload"),
                            JAVA_LONG.withName("exception_payload"))
                    .withName("kvm_vcpu_events");

    /** A field of one byte. */
    public enum Field {
        /** An exception is being delivered. */
        EXCEPTION_INJECTED("exception", "injected"),
        /** Its vector. */
        EXCEPTION_NUMBER("exception", "nr"),
        /** It pushes an error code. */
        EXCEPTION_HAS_ERROR_CODE("exception", "has_error_code"),
        /** An interrupt is being delivered. */
        INTERRUPT_INJECTED("interrupt", "injected"),
        /** Its vector. */
        INTERRUPT_NUMBER("interrupt", "nr"),
        /** An instruction raised it. */
        INTERRUPT_SOFT("interrupt", "soft"),
        /** A non-maskable interrupt is being delivered. */
        NMI_INJECTED("nmi", "injected"),
        /** A non-maskable interrupt waits. */
        NMI_PENDING("nmi", "pending"),
        /** Non-maskable interrupts are blocked until an IRET. */
        NMI_MASKED("nmi", "masked");

        private final long offset;

        Field(String group, String field) {
            offset =
                    LAYOUT.byteOffset(
                            PathElement.groupElement(group), PathElement.groupElement(field));
        }
    }

    private static final int KVM_VCPUEVENT_VALID_NMI_PENDING = 1;
    private static final int KVM_VCPUEVENT_VALID_SIPI_VECTOR = 2;
    private static final long SIPI_VECTOR = Structs.offset(LAYOUT, "sipi_vector");
    private static final long FLAGS = Structs.offset(LAYOUT, "flags");

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmVcpuEvents {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * A struct without events.
     *
     * @param allocator where its memory comes from
     * @return the view
     */
    public static KvmVcpuEvents allocate(SegmentAllocator allocator) {
        return new KvmVcpuEvents(allocator.allocate(LAYOUT));
    }

    /**
     * Empties the struct for writing; the pending NMI and the start-up vector are among what is
     * written.
     */
    public void clear() {
        segment.fill((byte) 0);
        segment.set(
                JAVA_INT, FLAGS, KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SIPI_VECTOR);
    }

    /**
     * Reads a field.
     *
     * @param field which one
     * @return 8 bits
     */
    public int get(Field field) {
        return Byte.toUnsignedInt(segment.get(JAVA_BYTE, field.offset));
    }

    /**
     * Writes a field.
     *
     * @param field which one
     * @param value 8 bits
     */
    public void set(Field field, int value) {
        segment.set(JAVA_BYTE, field.offset, (byte) value);
    }

    /**
     * Start-up vector of an application processor.
     *
     * @return page number of the first instruction
     */
    public int sipiVector() {
        return segment.get(JAVA_INT, SIPI_VECTOR);
    }

    /**
     * Writes the start-up vector.
     *
     * @param vector page number of the first instruction
     */
    public void setSipiVector(int vector) {
        segment.set(JAVA_INT, SIPI_VECTOR, vector);
    }
}
