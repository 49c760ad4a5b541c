package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;

/** IN and OUT. */
final class Ports {

    private Ports() {}

    static void inImmediate(Processor cpu, Instruction i) {
        in(cpu, i.immediate & 0xFF, i.size);
    }

    static void inDx(Processor cpu, Instruction i) {
        in(cpu, cpu.register(CpuState.DX, 2), i.size);
    }

    static void outImmediate(Processor cpu, Instruction i) {
        out(cpu, i.immediate & 0xFF, i.size);
    }

    static void outDx(Processor cpu, Instruction i) {
        out(cpu, cpu.register(CpuState.DX, 2), i.size);
    }

    private static void in(Processor cpu, int port, int size) {
        cpu.setRegister(CpuState.AX, size, (int) cpu.memory.in(port, size));
    }

    private static void out(Processor cpu, int port, int size) {
        cpu.memory.out(port, size, cpu.register(CpuState.AX, size));
    }
}
