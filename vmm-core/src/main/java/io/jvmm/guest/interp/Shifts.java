package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;

/** Shifts and rotations. A count of zero (modulo 32) changes nothing, not even a flag. */
final class Shifts {

    /** The operations, with the middle bits of ModRM that choose them. */
    enum Kind {
        ROL(0),
        ROR(1),
        RCL(2),
        RCR(3),
        SHL(4),
        SHR(5),
        SAR(7);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        /** By 1 to 31. The overflow flag is defined for a count of 1 only. */
        int apply(Flags flags, int value, int count, int size) {
            return switch (this) {
                case ROL -> rotateLeft(flags, value, count, size);
                case ROR -> rotateRight(flags, value, count, size);
                case RCL -> rotateLeftThroughCarry(flags, value, count, size);
                case RCR -> rotateRightThroughCarry(flags, value, count, size);
                case SHL -> shiftLeft(flags, value, count, size);
                case SHR -> shiftRight(flags, value, count, size);
                case SAR -> shiftArithmetic(flags, value, count, size);
            };
        }
    }

    private Shifts() {}

    static Operation byImmediate(Kind kind) {
        return (cpu, i) -> shift(kind, cpu, i, i.immediate);
    }

    static Operation byOne(Kind kind) {
        return (cpu, i) -> shift(kind, cpu, i, 1);
    }

    static Operation byCl(Kind kind) {
        return (cpu, i) -> shift(kind, cpu, i, cpu.register(CpuState.CX, 1));
    }

    private static void shift(Kind kind, Processor cpu, Instruction i, int count) {
        int value = cpu.readRm(i);
        int masked = count & 31;
        if (masked != 0) {
            cpu.writeRm(i, kind.apply(cpu.flags, value, masked, i.size));
        }
    }

    private static int shiftLeft(Flags flags, int value, int count, int size) {
        int bits = size * 8;
        long wide = Integer.toUnsignedLong(value) << count;
        int result = (int) wide;
        int carry = (int) (wide >>> bits) & 1;
        flags.setAll(result, size, carry, top(result, bits) ^ carry, 0);
        return result;
    }

    private static int shiftRight(Flags flags, int value, int count, int size) {
        long wide = Integer.toUnsignedLong(value);
        int result = (int) (wide >>> count);
        int carry = (int) (wide >>> (count - 1)) & 1;
        flags.setAll(result, size, carry, top(value, size * 8), 0);
        return result;
    }

    private static int shiftArithmetic(Flags flags, int value, int count, int size) {
        int signed = Arithmetic.signExtend(value, size);
        int result = signed >> count;
        flags.setAll(result, size, signed >> (count - 1) & 1, 0, 0);
        return result;
    }

    private static int rotateLeft(Flags flags, int value, int count, int size) {
        int bits = size * 8;
        int turn = count % bits;
        int result = turn == 0 ? value : value << turn | value >>> (bits - turn);
        int carry = result & 1;
        flags.setCarryAndOverflow(carry, top(result, bits) ^ carry);
        return result;
    }

    private static int rotateRight(Flags flags, int value, int count, int size) {
        int bits = size * 8;
        int turn = count % bits;
        int result = turn == 0 ? value : value >>> turn | value << (bits - turn);
        int carry = top(result, bits);
        flags.setCarryAndOverflow(carry, carry ^ ((result >>> (bits - 2)) & 1));
        return result;
    }

    private static int rotateLeftThroughCarry(Flags flags, int value, int count, int size) {
        int bits = size * 8;
        int result = value;
        int carry = flags.carry();
        for (int turn = count % (bits + 1); turn > 0; turn--) {
            int out = top(result, bits);
            result = result << 1 | carry;
            carry = out;
        }
        flags.setCarryAndOverflow(carry, top(result, bits) ^ carry);
        return result;
    }

    private static int rotateRightThroughCarry(Flags flags, int value, int count, int size) {
        int bits = size * 8;
        long mask = -1L >>> (Long.SIZE - bits);
        int result = value;
        int carry = flags.carry();
        for (int turn = count % (bits + 1); turn > 0; turn--) {
            int out = result & 1;
            result = (int) ((result & mask) >>> 1) | (carry << (bits - 1));
            carry = out;
        }
        flags.setCarryAndOverflow(carry, (top(result, bits) ^ (result >>> (bits - 2))) & 1);
        return result;
    }

    private static int top(int value, int bits) {
        return value >>> (bits - 1) & 1;
    }
}
