package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;

/** Instructions that move values and leave the flags alone. */
final class Moves {

    /** Number of the byte register AH. */
    static final int AH = 4;

    private Moves() {}

    static void registerToRm(Processor cpu, Instruction i) {
        cpu.writeRm(i, cpu.register(i.reg, i.size));
    }

    static void rmToRegister(Processor cpu, Instruction i) {
        cpu.setRegister(i.reg, i.size, cpu.readRm(i));
    }

    static void immediateToRegister(Processor cpu, Instruction i) {
        cpu.setRegister(i.reg, i.size, i.immediate);
    }

    static void immediateToRm(Processor cpu, Instruction i) {
        cpu.writeRm(i, i.immediate);
    }

    static void memoryToAccumulator(Processor cpu, Instruction i) {
        cpu.setRegister(CpuState.AX, i.size, cpu.readRm(i));
    }

    static void accumulatorToMemory(Processor cpu, Instruction i) {
        cpu.writeRm(i, cpu.register(CpuState.AX, i.size));
    }

    static void exchange(Processor cpu, Instruction i) {
        int other = cpu.readRm(i);
        cpu.writeRm(i, cpu.register(i.reg, i.size));
        cpu.setRegister(i.reg, i.size, other);
    }

    /** With AX itself: NOP. */
    static void exchangeAccumulator(Processor cpu, Instruction i) {
        int other = cpu.register(i.reg, i.size);
        cpu.setRegister(i.reg, i.size, cpu.register(CpuState.AX, i.size));
        cpu.setRegister(CpuState.AX, i.size, other);
    }

    static void loadEffectiveAddress(Processor cpu, Instruction i) {
        if (i.rm != Instruction.NONE) {
            throw new Fault("unknown instruction");
        }
        cpu.setRegister(i.reg, i.size, i.effectiveAddress(cpu.registers));
    }

    /** MOVZX and MOVSX. */
    static Operation extend(int fromSize, boolean signed) {
        return (cpu, i) -> {
            int value =
                    i.rm != Instruction.NONE
                            ? cpu.register(i.rm, fromSize)
                            : cpu.load(i.segment, i.effectiveAddress(cpu.registers), fromSize);
            int extended = signed ? Arithmetic.signExtend(value, fromSize) : value;
            cpu.setRegister(i.reg, i.size, extended);
        };
    }

    /** CBW: AL into AX; CWDE: AX into EAX. */
    static void extendAccumulator(Processor cpu, Instruction i) {
        int half = i.size / 2;
        int value = cpu.register(CpuState.AX, half);
        cpu.setRegister(CpuState.AX, i.size, Arithmetic.signExtend(value, half));
    }

    /** CWD and CDQ: DX gets AX's sign. */
    static void extendIntoDx(Processor cpu, Instruction i) {
        int value = cpu.register(CpuState.AX, i.size);
        cpu.setRegister(CpuState.DX, i.size, Arithmetic.signExtend(value, i.size) >> 31);
    }

    static Operation setOnCondition(int condition) {
        return (cpu, i) -> cpu.writeRm(i, cpu.flags.condition(condition) ? 1 : 0);
    }

    /** Into memory always two bytes. */
    static void segmentToRm(Processor cpu, Instruction i) {
        int selector = cpu.rest.segs[requireSegment(i)].selector;
        if (i.rm != Instruction.NONE) {
            cpu.setRegister(i.rm, i.size, selector);
        } else {
            cpu.store(i.segment, i.effectiveAddress(cpu.registers), 2, selector);
        }
    }

    static void rmToSegment(Processor cpu, Instruction i) {
        int segment = requireSegment(i);
        if (segment == CpuState.CS) {
            throw new Fault("unknown instruction");
        }
        int selector =
                i.rm != Instruction.NONE
                        ? cpu.register(i.rm, 2)
                        : cpu.load(i.segment, i.effectiveAddress(cpu.registers), 2);
        cpu.loadSegment(segment, selector);
    }

    private static int requireSegment(Instruction i) {
        if (i.reg > CpuState.GS) {
            throw new Fault("unknown instruction");
        }
        return i.reg;
    }
}
