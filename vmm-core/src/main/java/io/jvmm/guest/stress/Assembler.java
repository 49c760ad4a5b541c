package io.jvmm.guest.stress;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A very small assembler for 32-bit code: what {@link StressCode} needs, and no more. */
final class Assembler {

    enum Register {
        EAX(0),
        ECX(1),
        EDX(2),
        EBX(3),
        EBP(5),
        ESI(6),
        EDI(7);

        private final int code;

        Register(int code) {
            this.code = code;
        }
    }

    /** Instructions with two operands: the opcode, and the middle bits of ModRM with a constant. */
    enum Op {
        ADD(0x00, 0x81, 0),
        ADC(0x10, 0x81, 2),
        SBB(0x18, 0x81, 3),
        AND(0x20, 0x81, 4),
        SUB(0x28, 0x81, 5),
        CMP(0x38, 0x81, 7),
        MOV(0x88, 0xC7, 0);

        private final int opcode;
        private final int constantOpcode;
        private final int constantCode;

        Op(int opcode, int constantOpcode, int constantCode) {
            this.opcode = opcode;
            this.constantOpcode = constantOpcode;
            this.constantCode = constantCode;
        }
    }

    /** Unsigned comparisons, and equality. */
    enum Condition {
        BELOW(2),
        ABOVE_OR_EQUAL(3),
        EQUAL(4),
        NOT_EQUAL(5),
        ABOVE(7);

        private final int code;

        Condition(int code) {
            this.code = code;
        }
    }

    /** A memory operand: a register and a displacement. */
    record Address(Register base, int displacement) {}

    /** Four bytes to be filled with the distance to a label. */
    private record Reference(int position, String label) {}

    private static final int TO_RM = 1;
    private static final int TO_REGISTER = 3;
    private static final int REGISTER_MODE = 0xC0;
    private static final int DISPLACEMENT_MODE = 0x80;

    private final ByteArrayOutputStream code = new ByteArrayOutputStream();
    private final Map<String, Integer> labels = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();

    static Address at(Register base, int displacement) {
        return new Address(base, displacement);
    }

    void label(String name) {
        if (labels.put(name, code.size()) != null) {
            throw new IllegalStateException("Two labels with one name: " + name);
        }
    }

    void emit(Op op, Register to, Register from) {
        u8(op.opcode | TO_REGISTER);
        u8(REGISTER_MODE | (to.code << 3) | from.code);
    }

    void emit(Op op, Register to, Address from) {
        u8(op.opcode | TO_REGISTER);
        operand(to.code, from);
    }

    void emit(Op op, Address to, Register from) {
        u8(op.opcode | TO_RM);
        operand(from.code, to);
    }

    void emit(Op op, Register to, int constant) {
        u8(op.constantOpcode);
        u8(REGISTER_MODE | (op.constantCode << 3) | to.code);
        u32(constant);
    }

    void emit(Op op, Address to, int constant) {
        u8(op.constantOpcode);
        operand(op.constantCode, to);
        u32(constant);
    }

    /** Signed product, low half. */
    void multiply(Register to, Register from, int factor) {
        u8(0x69);
        u8(REGISTER_MODE | (to.code << 3) | from.code);
        u32(factor);
    }

    void increment(Register register) {
        u8(0x40 | register.code);
    }

    void decrement(Register register) {
        u8(0x48 | register.code);
    }

    /** EAX from port DX. */
    void in() {
        u8(0xED);
    }

    /** AL from port DX; the rest of EAX keeps what it was. */
    void inByte() {
        u8(0xEC);
    }

    /** EAX to port DX. */
    void out() {
        u8(0xEF);
    }

    /** AL to port DX. */
    void outByte() {
        u8(0xEE);
    }

    void jump(String label) {
        u8(0xE9);
        reference(label);
    }

    void jumpIf(Condition condition, String label) {
        u8(0x0F);
        u8(0x80 | condition.code);
        reference(label);
    }

    byte[] toBytes() {
        byte[] bytes = code.toByteArray();
        for (Reference reference : references) {
            Integer target = labels.get(reference.label);
            if (target == null) {
                throw new IllegalStateException("No such label: " + reference.label);
            }
            int distance = target - (reference.position + Integer.BYTES);
            for (int i = 0; i < Integer.BYTES; i++) {
                bytes[reference.position + i] = (byte) (distance >> (i * 8));
            }
        }
        return bytes;
    }

    private void operand(int reg, Address address) {
        u8(DISPLACEMENT_MODE | (reg << 3) | address.base.code);
        u32(address.displacement);
    }

    private void reference(String label) {
        references.add(new Reference(code.size(), label));
        u32(0);
    }

    private void u8(int value) {
        code.write(value);
    }

    private void u32(int value) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            u8(value >> shift);
        }
    }
}
