package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.StructLayout;
import java.util.Objects;

/**
 * x87, SSE and AVX registers ({@code struct kvm_xsave}: the standard form of the processor's XSAVE
 * area).
 *
 * @param segment the area
 */
public record KvmXsave(MemorySegment segment) {
    /** {@code struct _fpstate_64} of {@code asm/sigcontext.h}. */
    static final StructLayout FXSAVE =
            MemoryLayout.structLayout(
                            JAVA_SHORT.withName("cwd"),
                            JAVA_SHORT.withName("swd"),
                            JAVA_SHORT.withName("twd"),
                            JAVA_SHORT.withName("fop"),
                            JAVA_LONG.withName("rip"),
                            JAVA_LONG.withName("rdp"),
                            JAVA_INT.withName("mxcsr"),
                            JAVA_INT.withName("mxcsr_mask"),
                            MemoryLayout.sequenceLayout(32, JAVA_INT).withName("st_space"),
                            MemoryLayout.sequenceLayout(64, JAVA_INT).withName("xmm_space"),
                            MemoryLayout.sequenceLayout(12, JAVA_INT).withName("reserved2"),
                            MemoryLayout.sequenceLayout(12, JAVA_INT).withName("reserved3"))
                    .withName("_fpstate_64");

    static final StructLayout HEADER =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("xfeatures"),
                            MemoryLayout.sequenceLayout(2, JAVA_LONG).withName("reserved1"),
                            MemoryLayout.sequenceLayout(5, JAVA_LONG).withName("reserved2"))
                    .withName("_header");

    static final StructLayout YMM_HIGH =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(64, JAVA_INT).withName("ymmh_space"))
                    .withName("_ymmh_state");

    static final StructLayout STATE =
            MemoryLayout.structLayout(
                            FXSAVE.withName("fpstate"),
                            HEADER.withName("xstate_hdr"),
                            YMM_HIGH.withName("ymmh"))
                    .withName("_xstate");

    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            MemoryLayout.sequenceLayout(1024, JAVA_INT).withName("region"))
                    .withName("kvm_xsave");

    /** Words of 64 bits in the xmm registers, and in the upper halves of the ymm registers. */
    public static final int VECTOR_WORDS = 32;

    private static final int X87_REGISTERS = 8;
    private static final long X87_SIZE = 16;
    private static final long CONTROL = Structs.offset(FXSAVE, "cwd");
    private static final long STATUS = Structs.offset(FXSAVE, "swd");
    private static final long TAG = Structs.offset(FXSAVE, "twd");
    private static final long OPCODE = Structs.offset(FXSAVE, "fop");
    private static final long INSTRUCTION_POINTER = Structs.offset(FXSAVE, "rip");
    private static final long DATA_POINTER = Structs.offset(FXSAVE, "rdp");
    private static final long MXCSR = Structs.offset(FXSAVE, "mxcsr");
    private static final long X87 = Structs.offset(FXSAVE, "st_space");
    private static final long XMM = Structs.offset(FXSAVE, "xmm_space");
    private static final long FEATURES =
            STATE.byteOffset(
                    PathElement.groupElement("xstate_hdr"), PathElement.groupElement("xfeatures"));
    private static final long YMM = Structs.offset(STATE, "ymmh");

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmXsave {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * An area of zeros.
     *
     * @param allocator where its memory comes from
     * @return the view
     */
    public static KvmXsave allocate(SegmentAllocator allocator) {
        return new KvmXsave(allocator.allocate(LAYOUT));
    }

    /**
     * x87 control word.
     *
     * @return 16 bits
     */
    public int controlWord() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, CONTROL));
    }

    /**
     * Writes it: x87 control word.
     *
     * @param value 16 bits
     */
    public void setControlWord(int value) {
        segment.set(JAVA_SHORT, CONTROL, (short) value);
    }

    /**
     * x87 status word, with the top of the stack in bits 11–13.
     *
     * @return 16 bits
     */
    public int statusWord() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, STATUS));
    }

    /**
     * Writes it: x87 status word, with the top of the stack in bits 11–13.
     *
     * @param value 16 bits
     */
    public void setStatusWord(int value) {
        segment.set(JAVA_SHORT, STATUS, (short) value);
    }

    /**
     * x87 registers in use, a bit each.
     *
     * @return 8 bits
     */
    public int tagWord() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, TAG));
    }

    /**
     * Writes it: x87 registers in use, a bit each.
     *
     * @param value 8 bits
     */
    public void setTagWord(int value) {
        segment.set(JAVA_SHORT, TAG, (short) value);
    }

    /**
     * Opcode of the last x87 instruction.
     *
     * @return 11 bits
     */
    public int lastOpcode() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, OPCODE));
    }

    /**
     * Where the last x87 instruction was.
     *
     * @return 64 bits
     */
    public long instructionPointer() {
        return segment.get(JAVA_LONG, INSTRUCTION_POINTER);
    }

    /**
     * Where the operand of the last x87 instruction was.
     *
     * @return 64 bits
     */
    public long dataPointer() {
        return segment.get(JAVA_LONG, DATA_POINTER);
    }

    /**
     * Writes what is kept of the last x87 instruction.
     *
     * @param opcode 11 bits
     * @param instruction where it was
     * @param data where its operand was
     */
    public void setLastInstruction(int opcode, long instruction, long data) {
        segment.set(JAVA_SHORT, OPCODE, (short) opcode);
        segment.set(JAVA_LONG, INSTRUCTION_POINTER, instruction);
        segment.set(JAVA_LONG, DATA_POINTER, data);
    }

    /**
     * SSE control and status.
     *
     * @return 32 bits
     */
    public int mxcsr() {
        return segment.get(JAVA_INT, MXCSR);
    }

    /**
     * Writes it: sSE control and status.
     *
     * @param value 32 bits
     */
    public void setMxcsr(int value) {
        segment.set(JAVA_INT, MXCSR, value);
    }

    /**
     * Components that are not in their initial state (XSTATE_BV).
     *
     * @return bit 0 = x87, 1 = SSE, 2 = AVX
     */
    public long features() {
        return segment.get(JAVA_LONG, FEATURES);
    }

    /**
     * Writes it: components that are not in their initial state (XSTATE_BV).
     *
     * @param value bit 0 = x87, 1 = SSE, 2 = AVX
     */
    public void setFeatures(long value) {
        segment.set(JAVA_LONG, FEATURES, value);
    }

    /**
     * Significand of an x87 register, counted from the top of the stack.
     *
     * @param index 0 to 7
     * @return 64 bits
     */
    public long x87Mantissa(int index) {
        return segment.get(JAVA_LONG, x87(index));
    }

    /**
     * Sign and exponent of an x87 register, counted from the top of the stack.
     *
     * @param index 0 to 7
     * @return 16 bits
     */
    public int x87SignExponent(int index) {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, x87(index) + Long.BYTES));
    }

    /**
     * Writes an x87 register, counted from the top of the stack.
     *
     * @param index 0 to 7
     * @param mantissa 64 bits
     * @param signExponent 16 bits
     */
    public void setX87(int index, long mantissa, int signExponent) {
        segment.set(JAVA_LONG, x87(index), mantissa);
        segment.set(JAVA_SHORT, x87(index) + Long.BYTES, (short) signExponent);
    }

    /**
     * A word of the xmm registers.
     *
     * @param word 2 × register, + 1 for the high half
     * @return 64 bits
     */
    public long xmm(int word) {
        return segment.get(JAVA_LONG, XMM + vector(word));
    }

    /**
     * Writes a word of the xmm registers.
     *
     * @param word 2 × register, + 1 for the high half
     * @param value 64 bits
     */
    public void setXmm(int word, long value) {
        segment.set(JAVA_LONG, XMM + vector(word), value);
    }

    /**
     * A word of the upper halves of the ymm registers.
     *
     * @param word 2 × register, + 1 for the high half of the upper half
     * @return 64 bits
     */
    public long ymmHigh(int word) {
        return segment.get(JAVA_LONG, YMM + vector(word));
    }

    /**
     * Writes a word of the upper halves of the ymm registers.
     *
     * @param word 2 × register, + 1 for the high half of the upper half
     * @param value 64 bits
     */
    public void setYmmHigh(int word, long value) {
        segment.set(JAVA_LONG, YMM + vector(word), value);
    }

    private static long x87(int index) {
        return X87 + Objects.checkIndex(index, X87_REGISTERS) * X87_SIZE;
    }

    private static long vector(int word) {
        return (long) Objects.checkIndex(word, VECTOR_WORDS) * Long.BYTES;
    }
}
