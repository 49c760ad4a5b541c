package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;

/** Jumps; calls are in {@link Stack}. */
final class Jumps {

    private Jumps() {}

    static void relative(Processor cpu, Instruction i) {
        cpu.jump(cpu.instructionPointer + i.immediate, i.size);
    }

    static Operation onCondition(int condition) {
        return (cpu, i) -> {
            if (cpu.flags.condition(condition)) {
                relative(cpu, i);
            }
        };
    }

    static void toRm(Processor cpu, Instruction i) {
        cpu.jump(cpu.readRm(i), i.size);
    }

    /** Loads the code segment; the mode is the descriptor's from the next instruction on. */
    static void far(Processor cpu, Instruction i) {
        cpu.loadSegment(CpuState.CS, i.selector);
        cpu.jump(i.immediate, i.size);
    }

    static void loop(Processor cpu, Instruction i) {
        if (decrementCounter(cpu, i) != 0) {
            relative(cpu, i);
        }
    }

    static void loopWhileZero(Processor cpu, Instruction i) {
        if (decrementCounter(cpu, i) != 0 && cpu.flags.zero()) {
            relative(cpu, i);
        }
    }

    static void loopWhileNotZero(Processor cpu, Instruction i) {
        if (decrementCounter(cpu, i) != 0 && !cpu.flags.zero()) {
            relative(cpu, i);
        }
    }

    static void ifCxZero(Processor cpu, Instruction i) {
        if (cpu.register(CpuState.CX, i.addressSize) == 0) {
            relative(cpu, i);
        }
    }

    /** The counter is as wide as addresses are. */
    private static int decrementCounter(Processor cpu, Instruction i) {
        int counter = cpu.register(CpuState.CX, i.addressSize) - 1;
        cpu.setRegister(CpuState.CX, i.addressSize, counter);
        return cpu.register(CpuState.CX, i.addressSize);
    }
}
