package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/**
 * A table of CPUID answers ({@code struct kvm_cpuid2}).
 *
 * @param segment the header and its entries
 */
public record KvmCpuid(MemorySegment segment) {
    static final StructLayout HEADER =
            MemoryLayout.structLayout(JAVA_INT.withName("nent"), JAVA_INT.withName("padding"))
                    .withName("kvm_cpuid2");

    static final StructLayout ENTRY =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("function"),
                            JAVA_INT.withName("index"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("eax"),
                            JAVA_INT.withName("ebx"),
                            JAVA_INT.withName("ecx"),
                            JAVA_INT.withName("edx"),
                            MemoryLayout.sequenceLayout(3, JAVA_INT).withName("padding"))
                    .withName("kvm_cpuid_entry2");

    /** An answer's register. */
    public enum Register {
        /** EAX. */
        EAX("eax"),
        /** EBX. */
        EBX("ebx"),
        /** ECX. */
        ECX("ecx"),
        /** EDX. */
        EDX("edx");

        private final long offset;

        Register(String field) {
            offset = Structs.offset(ENTRY, field);
        }
    }

    private static final int CAPACITY = 256; // KVM_MAX_CPUID_ENTRIES
    private static final long FUNCTION = Structs.offset(ENTRY, "function");
    private static final long INDEX = Structs.offset(ENTRY, "index");

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if there is no room for the entries that the header counts
     */
    public KvmCpuid {
        Structs.checked(segment, HEADER);
        long entries = Integer.toUnsignedLong(segment.get(JAVA_INT, 0));
        if (segment.byteSize() < HEADER.byteSize() + entries * ENTRY.byteSize()) {
            throw new IllegalArgumentException(
                    "Too small for the table: entries=" + entries + " size=" + segment.byteSize());
        }
    }

    /** A table that says it has room for all entries that KVM can give. */
    static KvmCpuid allocate(SegmentAllocator allocator) {
        MemorySegment segment =
                allocator.allocate(HEADER.byteSize() + CAPACITY * ENTRY.byteSize(), Long.BYTES);
        segment.set(JAVA_INT, 0, CAPACITY);
        return new KvmCpuid(segment);
    }

    /**
     * Number of entries.
     *
     * @return 0 or more
     */
    public int count() {
        return segment.get(JAVA_INT, 0);
    }

    /**
     * The leaf that an entry answers.
     *
     * @param entry its position
     * @return value of EAX when asked
     */
    public int function(int entry) {
        return segment.get(JAVA_INT, at(entry) + FUNCTION);
    }

    /**
     * The sub-leaf that an entry answers.
     *
     * @param entry its position
     * @return value of ECX when asked
     */
    public int index(int entry) {
        return segment.get(JAVA_INT, at(entry) + INDEX);
    }

    /**
     * A register of the answer.
     *
     * @param entry its position
     * @param register which one
     * @return the value
     */
    public int get(int entry, Register register) {
        return segment.get(JAVA_INT, at(entry) + register.offset);
    }

    /**
     * Changes a register of the answer.
     *
     * @param entry its position
     * @param register which one
     * @param value the new value
     */
    public void set(int entry, Register register, int value) {
        segment.set(JAVA_INT, at(entry) + register.offset, value);
    }

    private long at(int entry) {
        return HEADER.byteSize() + Objects.checkIndex(entry, count()) * ENTRY.byteSize();
    }
}
