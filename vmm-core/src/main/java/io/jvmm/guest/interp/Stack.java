package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.SegmentState;

/** PUSH, POP and near calls. The stack pointer moves after the access, which may fail. */
final class Stack {

    private Stack() {}

    private static int pointerSize(Processor cpu) {
        return (cpu.rest.segs[CpuState.SS].flags & SegmentState.DEFAULT_32) != 0 ? 4 : 2;
    }

    private static void push(Processor cpu, int size, int value) {
        int pointerSize = pointerSize(cpu);
        int mask = pointerSize == 2 ? 0xFFFF : -1;
        int top = (cpu.register(CpuState.SP, pointerSize) - size) & mask;
        cpu.store(CpuState.SS, top, size, value);
        cpu.setRegister(CpuState.SP, pointerSize, top);
    }

    private static int top(Processor cpu, int size) {
        return cpu.load(CpuState.SS, cpu.register(CpuState.SP, pointerSize(cpu)), size);
    }

    private static void drop(Processor cpu, int bytes) {
        int pointerSize = pointerSize(cpu);
        int top = cpu.register(CpuState.SP, pointerSize) + bytes;
        cpu.setRegister(CpuState.SP, pointerSize, top);
    }

    static void pushRegister(Processor cpu, Instruction i) {
        push(cpu, i.size, cpu.register(i.reg, i.size));
    }

    static void pushImmediate(Processor cpu, Instruction i) {
        push(cpu, i.size, i.immediate);
    }

    static void pushRm(Processor cpu, Instruction i) {
        push(cpu, i.size, cpu.readRm(i));
    }

    static void pushFlags(Processor cpu, Instruction i) {
        push(cpu, i.size, cpu.flags.value() & 0xFCFFFF);
    }

    static void popRegister(Processor cpu, Instruction i) {
        int value = top(cpu, i.size);
        drop(cpu, i.size);
        cpu.setRegister(i.reg, i.size, value);
    }

    /** An address made of ESP uses its value after the pop. */
    static void popRm(Processor cpu, Instruction i) {
        int value = top(cpu, i.size);
        int before = cpu.registers[CpuState.SP];
        drop(cpu, i.size);
        try {
            cpu.writeRm(i, value);
        } catch (Fault e) {
            cpu.registers[CpuState.SP] = before;
            throw e;
        }
    }

    static void popFlags(Processor cpu, Instruction i) {
        int value = top(cpu, i.size);
        drop(cpu, i.size);
        cpu.flags.pop(value, i.size);
    }

    static void callRelative(Processor cpu, Instruction i) {
        int target = cpu.instructionPointer + i.immediate;
        push(cpu, i.size, cpu.instructionPointer);
        cpu.jump(target, i.size);
    }

    static void callRm(Processor cpu, Instruction i) {
        int target = cpu.readRm(i);
        push(cpu, i.size, cpu.instructionPointer);
        cpu.jump(target, i.size);
    }

    static void returnNear(Processor cpu, Instruction i) {
        int target = top(cpu, i.size);
        drop(cpu, i.size);
        cpu.jump(target, i.size);
    }

    static void returnAndDrop(Processor cpu, Instruction i) {
        int target = top(cpu, i.size);
        drop(cpu, i.size + i.immediate);
        cpu.jump(target, i.size);
    }
}
