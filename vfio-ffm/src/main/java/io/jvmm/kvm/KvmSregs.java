package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** Segment, table and control registers ({@code struct kvm_sregs}). */
public final class KvmSregs {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            KvmSegment.LAYOUT.withName("cs"),
                            KvmSegment.LAYOUT.withName("ds"),
                            KvmSegment.LAYOUT.withName("es"),
                            KvmSegment.LAYOUT.withName("fs"),
                            KvmSegment.LAYOUT.withName("gs"),
                            KvmSegment.LAYOUT.withName("ss"),
                            KvmSegment.LAYOUT.withName("tr"),
                            KvmSegment.LAYOUT.withName("ldt"),
                            KvmTable.LAYOUT.withName("gdt"),
                            KvmTable.LAYOUT.withName("idt"),
                            JAVA_LONG.withName("cr0"),
                            JAVA_LONG.withName("cr2"),
                            JAVA_LONG.withName("cr3"),
                            JAVA_LONG.withName("cr4"),
                            JAVA_LONG.withName("cr8"),
                            JAVA_LONG.withName("efer"),
                            JAVA_LONG.withName("apic_base"),
                            MemoryLayout.sequenceLayout(4, JAVA_LONG).withName("interrupt_bitmap"))
                    .withName("kvm_sregs");

    /** A segment register. */
    public enum SegmentRegister {
        /** Code. */
        CS("cs"),
        /** Data. */
        DS("ds"),
        /** Extra. */
        ES("es"),
        /** FS. */
        FS("fs"),
        /** GS. */
        GS("gs"),
        /** Stack. */
        SS("ss"),
        /** Task register. */
        TR("tr"),
        /** Local descriptor table. */
        LDT("ldt");

        private final String field;

        SegmentRegister(String field) {
            this.field = field;
        }
    }

    /** A control register. */
    public enum ControlRegister {
        /** CR0. */
        CR0("cr0"),
        /** CR2: address of the last page fault. */
        CR2("cr2"),
        /** CR3: page table root. */
        CR3("cr3"),
        /** CR4. */
        CR4("cr4"),
        /** EFER. */
        EFER("efer");

        private final long offset;

        ControlRegister(String field) {
            offset = Structs.offset(LAYOUT, field);
        }
    }

    private final MemorySegment memory;
    private final Map<SegmentRegister, KvmSegment> segments = new EnumMap<>(SegmentRegister.class);
    private final KvmTable gdt;
    private final KvmTable idt;

    /**
     * A struct of zeros. The views of its parts are made here.
     *
     * @param allocator where its memory comes from
     */
    public KvmSregs(SegmentAllocator allocator) {
        memory = allocator.allocate(LAYOUT);
        for (SegmentRegister register : SegmentRegister.values()) {
            segments.put(register, new KvmSegment(part(register.field)));
        }
        gdt = new KvmTable(part("gdt"));
        idt = new KvmTable(part("idt"));
    }

    private MemorySegment part(String field) {
        PathElement path = PathElement.groupElement(field);
        return memory.asSlice(LAYOUT.byteOffset(path), LAYOUT.select(path).byteSize());
    }

    /** The struct. */
    MemorySegment segment() {
        return memory;
    }

    /**
     * A segment register.
     *
     * @param register which one
     * @return a view, the same at every call
     */
    public KvmSegment segment(SegmentRegister register) {
        return Objects.requireNonNull(segments.get(register));
    }

    /**
     * The global descriptor table.
     *
     * @return a view, the same at every call
     */
    public KvmTable gdt() {
        return gdt;
    }

    /**
     * The interrupt descriptor table.
     *
     * @return a view, the same at every call
     */
    public KvmTable idt() {
        return idt;
    }

    /**
     * Reads a control register.
     *
     * @param register which one
     * @return the value
     */
    public long get(ControlRegister register) {
        return memory.get(JAVA_LONG, register.offset);
    }

    /**
     * Writes a control register.
     *
     * @param register which one
     * @param value the value
     */
    public void set(ControlRegister register, long value) {
        memory.set(JAVA_LONG, register.offset, value);
    }
}
