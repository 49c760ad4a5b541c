package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;

/**
 * General registers ({@code struct kvm_regs}).
 *
 * @param segment the struct
 */
public record KvmRegs(MemorySegment segment) {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("rax"),
                            JAVA_LONG.withName("rbx"),
                            JAVA_LONG.withName("rcx"),
                            JAVA_LONG.withName("rdx"),
                            JAVA_LONG.withName("rsi"),
                            JAVA_LONG.withName("rdi"),
                            JAVA_LONG.withName("rsp"),
                            JAVA_LONG.withName("rbp"),
                            JAVA_LONG.withName("r8"),
                            JAVA_LONG.withName("r9"),
                            JAVA_LONG.withName("r10"),
                            JAVA_LONG.withName("r11"),
                            JAVA_LONG.withName("r12"),
                            JAVA_LONG.withName("r13"),
                            JAVA_LONG.withName("r14"),
                            JAVA_LONG.withName("r15"),
                            JAVA_LONG.withName("rip"),
                            JAVA_LONG.withName("rflags"))
                    .withName("kvm_regs");

    /** A register; the general ones stand in the order of their numbers in machine code. */
    public enum Register {
        /** RAX. */
        RAX("rax"),
        /** RCX. */
        RCX("rcx"),
        /** RDX. */
        RDX("rdx"),
        /** RBX. */
        RBX("rbx"),
        /** RSP. */
        RSP("rsp"),
        /** RBP. */
        RBP("rbp"),
        /** RSI. */
        RSI("rsi"),
        /** RDI. */
        RDI("rdi"),
        /** R8. */
        R8("r8"),
        /** R9. */
        R9("r9"),
        /** R10. */
        R10("r10"),
        /** R11. */
        R11("r11"),
        /** R12. */
        R12("r12"),
        /** R13. */
        R13("r13"),
        /** R14. */
        R14("r14"),
        /** R15. */
        R15("r15"),
        /** The next instruction. */
        RIP("rip"),
        /** Flags. */
        RFLAGS("rflags");

        private final long offset;

        Register(String field) {
            offset = Structs.offset(LAYOUT, field);
        }
    }

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmRegs {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * A struct of zeros.
     *
     * @param allocator where its memory comes from
     * @return the view
     */
    public static KvmRegs allocate(SegmentAllocator allocator) {
        return new KvmRegs(allocator.allocate(LAYOUT));
    }

    /**
     * Reads a register.
     *
     * @param register which one
     * @return the value
     */
    public long get(Register register) {
        return segment.get(JAVA_LONG, register.offset);
    }

    /**
     * Writes a register.
     *
     * @param register which one
     * @param value the value
     */
    public void set(Register register, long value) {
        segment.set(JAVA_LONG, register.offset, value);
    }
}
