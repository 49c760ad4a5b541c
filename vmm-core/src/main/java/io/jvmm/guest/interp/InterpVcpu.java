package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.GuestCrashException;
import io.jvmm.guest.VcpuEngine;
import io.jvmm.guest.VcpuStop;

/** One vCPU: the loop that fetches and executes, and asks for a kick every few thousand times. */
final class InterpVcpu implements VcpuEngine {

    private static final int INSTRUCTIONS_BETWEEN_LOOKS = 2048;
    private static final int BYTES_IN_CRASH_REPORT = 8;

    private final Processor cpu;
    private final InstructionCache cache;
    private volatile boolean kicked;

    InterpVcpu(PhysicalMemory memory) {
        this.cpu = new Processor(memory);
        this.cache = new InstructionCache(cpu);
    }

    @Override
    public VcpuStop run() {
        cpu.halted = false;
        while (!kicked) {
            try {
                runBatch();
            } catch (Fault | GuestCrashException e) {
                return crash(String.valueOf(e.getMessage()));
            }
            if (cpu.halted) {
                return VcpuStop.HALTED;
            }
        }
        kicked = false;
        return VcpuStop.KICKED;
    }

    private void runBatch() {
        for (int n = INSTRUCTIONS_BETWEEN_LOOKS; n > 0 && !cpu.halted; n--) {
            step();
        }
    }

    /** After a failure the instruction pointer stands at the instruction that failed. */
    private void step() {
        int start = cpu.instructionPointer;
        Instruction i = cache.at(start);
        cpu.instructionPointer = start + i.length;
        try {
            i.operation.execute(cpu, i);
        } catch (RuntimeException e) {
            cpu.instructionPointer = start;
            throw e;
        }
    }

    private VcpuStop crash(String text) {
        long address = cpu.codeAddress(cpu.instructionPointer);
        byte[] bytes = cpu.memory.peek(address, BYTES_IN_CRASH_REPORT);
        return VcpuStop.Crashed.at(address, bytes, text);
    }

    @Override
    public void kick() {
        kicked = true;
    }

    @Override
    public void saveState(CpuState to) {
        cpu.save(to);
    }

    @Override
    public void loadState(CpuState from) {
        cpu.load(from);
    }

    @Override
    public void close() {}
}
