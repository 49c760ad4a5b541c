package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;

/** Additions, subtractions, logic, multiplications and divisions, with their flags. */
final class Arithmetic {

    /** The operations with two operands, with the bits 3 to 5 of their opcodes. */
    enum Binary {
        ADD(0),
        OR(1),
        ADC(2),
        SBB(3),
        AND(4),
        SUB(5),
        XOR(6),
        CMP(7);

        private final int code;

        Binary(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }

        int apply(Flags flags, int a, int b, int size) {
            return switch (this) {
                case ADD -> add(flags, a, b, 0, size);
                case ADC -> add(flags, a, b, flags.carry(), size);
                case SUB, CMP -> subtract(flags, a, b, 0, size);
                case SBB -> subtract(flags, a, b, flags.carry(), size);
                case OR -> logic(flags, a | b, size);
                case AND -> logic(flags, a & b, size);
                case XOR -> logic(flags, a ^ b, size);
            };
        }

        boolean keepsResult() {
            return this != CMP;
        }
    }

    private Arithmetic() {}

    static int add(Flags flags, int a, int b, int carryIn, int size) {
        int bits = size * 8;
        long mask = -1L >>> (Long.SIZE - bits);
        long sum = (a & mask) + (b & mask) + carryIn;
        int result = (int) sum;
        int overflow = ((a ^ result) & (b ^ result)) >>> (bits - 1) & 1;
        flags.setAll(result, size, (int) (sum >>> bits), overflow, a ^ b ^ result);
        return result;
    }

    static int subtract(Flags flags, int a, int b, int borrowIn, int size) {
        int bits = size * 8;
        long mask = -1L >>> (Long.SIZE - bits);
        long difference = (a & mask) - (b & mask) - borrowIn;
        int result = (int) difference;
        int overflow = ((a ^ b) & (a ^ result)) >>> (bits - 1) & 1;
        flags.setAll(result, size, (int) (difference >>> 63), overflow, a ^ b ^ result);
        return result;
    }

    static int logic(Flags flags, int result, int size) {
        flags.setAll(result, size, 0, 0, 0);
        return result;
    }

    // ---- two operands

    static Operation toRm(Binary op) {
        return (cpu, i) -> {
            int b = cpu.register(i.reg, i.size);
            int result = op.apply(cpu.flags, cpu.readRm(i), b, i.size);
            if (op.keepsResult()) {
                cpu.writeRm(i, result);
            }
        };
    }

    static Operation toRegister(Binary op) {
        return (cpu, i) -> {
            int a = cpu.register(i.reg, i.size);
            int result = op.apply(cpu.flags, a, cpu.readRm(i), i.size);
            if (op.keepsResult()) {
                cpu.setRegister(i.reg, i.size, result);
            }
        };
    }

    static Operation toAccumulator(Binary op) {
        return (cpu, i) -> {
            int a = cpu.register(CpuState.AX, i.size);
            int result = op.apply(cpu.flags, a, i.immediate, i.size);
            if (op.keepsResult()) {
                cpu.setRegister(CpuState.AX, i.size, result);
            }
        };
    }

    static Operation immediateToRm(Binary op) {
        return (cpu, i) -> {
            int result = op.apply(cpu.flags, cpu.readRm(i), i.immediate, i.size);
            if (op.keepsResult()) {
                cpu.writeRm(i, result);
            }
        };
    }

    static void testRegister(Processor cpu, Instruction i) {
        logic(cpu.flags, cpu.readRm(i) & cpu.register(i.reg, i.size), i.size);
    }

    static void testAccumulator(Processor cpu, Instruction i) {
        logic(cpu.flags, cpu.register(CpuState.AX, i.size) & i.immediate, i.size);
    }

    static void testImmediate(Processor cpu, Instruction i) {
        logic(cpu.flags, cpu.readRm(i) & i.immediate, i.size);
    }

    // ---- one operand

    /** INC leaves the carry alone. */
    private static int increment(Flags flags, int a, int size) {
        int carry = flags.carry();
        int result = add(flags, a, 1, 0, size);
        flags.setCarry(carry);
        return result;
    }

    private static int decrement(Flags flags, int a, int size) {
        int carry = flags.carry();
        int result = subtract(flags, a, 1, 0, size);
        flags.setCarry(carry);
        return result;
    }

    static void incrementRegister(Processor cpu, Instruction i) {
        int a = cpu.register(i.reg, i.size);
        cpu.setRegister(i.reg, i.size, increment(cpu.flags, a, i.size));
    }

    static void decrementRegister(Processor cpu, Instruction i) {
        int a = cpu.register(i.reg, i.size);
        cpu.setRegister(i.reg, i.size, decrement(cpu.flags, a, i.size));
    }

    static void incrementRm(Processor cpu, Instruction i) {
        cpu.writeRm(i, increment(cpu.flags, cpu.readRm(i), i.size));
    }

    static void decrementRm(Processor cpu, Instruction i) {
        cpu.writeRm(i, decrement(cpu.flags, cpu.readRm(i), i.size));
    }

    static void not(Processor cpu, Instruction i) {
        cpu.writeRm(i, ~cpu.readRm(i));
    }

    static void negate(Processor cpu, Instruction i) {
        cpu.writeRm(i, subtract(cpu.flags, 0, cpu.readRm(i), 0, i.size));
    }

    // ---- multiplication: carry and overflow say that the upper half counts; the others are free

    static void multiplyUnsigned(Processor cpu, Instruction i) {
        int bits = i.size * 8;
        long mask = -1L >>> (Long.SIZE - bits);
        long a = cpu.register(CpuState.AX, i.size) & mask;
        long product = a * (cpu.readRm(i) & mask);
        setWideAccumulator(cpu, i.size, product);
        int carry = product >>> bits == 0 ? 0 : 1;
        cpu.flags.setCarryAndOverflow(carry, carry);
    }

    static void multiplySigned(Processor cpu, Instruction i) {
        long a = signExtend(cpu.register(CpuState.AX, i.size), i.size);
        long product = a * signExtend(cpu.readRm(i), i.size);
        setWideAccumulator(cpu, i.size, product);
        setSignedCarry(cpu, product, i.size);
    }

    static void multiplyRegister(Processor cpu, Instruction i) {
        long a = signExtend(cpu.register(i.reg, i.size), i.size);
        long product = a * signExtend(cpu.readRm(i), i.size);
        cpu.setRegister(i.reg, i.size, (int) product);
        setSignedCarry(cpu, product, i.size);
    }

    static void multiplyImmediate(Processor cpu, Instruction i) {
        long product = (long) signExtend(cpu.readRm(i), i.size) * signExtend(i.immediate, i.size);
        cpu.setRegister(i.reg, i.size, (int) product);
        setSignedCarry(cpu, product, i.size);
    }

    private static void setSignedCarry(Processor cpu, long product, int size) {
        int carry = product == signExtend((int) product, size) ? 0 : 1;
        cpu.flags.setCarryAndOverflow(carry, carry);
    }

    // ---- division: the flags are free

    static void divideUnsigned(Processor cpu, Instruction i) {
        long mask = -1L >>> (Long.SIZE - i.size * 8);
        long divisor = cpu.readRm(i) & mask;
        long dividend = wideAccumulator(cpu, i.size);
        if (divisor == 0) {
            throw new Fault("division by zero");
        }
        long quotient = Long.divideUnsigned(dividend, divisor);
        if (Long.compareUnsigned(quotient, mask) > 0) {
            throw new Fault("quotient too large");
        }
        setQuotient(cpu, i.size, quotient, Long.remainderUnsigned(dividend, divisor));
    }

    static void divideSigned(Processor cpu, Instruction i) {
        long divisor = signExtend(cpu.readRm(i), i.size);
        int unused = Long.SIZE - i.size * 16;
        long dividend = wideAccumulator(cpu, i.size) << unused >> unused;
        if (divisor == 0) {
            throw new Fault("division by zero");
        }
        boolean overflows = dividend == Long.MIN_VALUE && divisor == -1;
        long quotient = overflows ? Long.MIN_VALUE : dividend / divisor;
        if (quotient != signExtend((int) quotient, i.size)) {
            throw new Fault("quotient too large");
        }
        setQuotient(cpu, i.size, quotient, dividend % divisor);
    }

    private static void setQuotient(Processor cpu, int size, long quotient, long remainder) {
        cpu.setRegister(CpuState.AX, size, (int) quotient);
        int high = size == 1 ? Moves.AH : CpuState.DX;
        cpu.setRegister(high, size, (int) remainder);
    }

    /** AX, DX:AX or EDX:EAX, zero-extended. */
    private static long wideAccumulator(Processor cpu, int size) {
        if (size == 1) {
            return cpu.register(CpuState.AX, 2);
        }
        long low = Integer.toUnsignedLong(cpu.register(CpuState.AX, size));
        long high = Integer.toUnsignedLong(cpu.register(CpuState.DX, size));
        return (high << (size * 8)) | low;
    }

    private static void setWideAccumulator(Processor cpu, int size, long value) {
        if (size == 1) {
            cpu.setRegister(CpuState.AX, 2, (int) value);
            return;
        }
        cpu.setRegister(CpuState.AX, size, (int) value);
        cpu.setRegister(CpuState.DX, size, (int) (value >>> (size * 8)));
    }

    static int signExtend(int value, int size) {
        return switch (size) {
            case 1 -> (byte) value;
            case 2 -> (short) value;
            default -> value;
        };
    }
}
