package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.RecordingBus;
import io.jvmm.guest.SegmentState;
import io.jvmm.guest.VcpuStop;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;

/** RAM, a recording bus and one interpreted vCPU that runs given bytes up to a HLT. */
final class TestMachine {

    static final int CODE = 0x1000;
    static final int DATA = 0x2000;
    static final int STACK = 0x4000;
    private static final int RAM_SIZE = 0x20000;

    final MemorySegment ram = Arena.ofAuto().allocate(RAM_SIZE, 4096);
    final RamBlock block = new RamBlock("ram", ram);
    final RecordingBus bus = new RecordingBus();
    final InterpAccelerator accelerator = new InterpAccelerator(block);
    final CpuState cpu = new CpuState();

    static TestMachine flat32() {
        TestMachine machine = new TestMachine();
        machine.cpu.cr0 |= 1;
        for (SegmentState s : machine.cpu.segs) {
            s.set(0x10, 0, -1, SegmentState.FLAT_DATA);
        }
        machine.cpu.segs[CpuState.CS].set(8, 0, -1, SegmentState.FLAT_CODE);
        machine.cpu.regs[CpuState.SP] = STACK;
        return machine;
    }

    static TestMachine realMode() {
        TestMachine machine = new TestMachine();
        machine.cpu.segs[CpuState.CS].set(0, 0, 0xFFFF, SegmentState.REAL_MODE_CODE);
        machine.cpu.regs[CpuState.SP] = STACK;
        return machine;
    }

    TestMachine with(int register, long value) {
        cpu.regs[register] = value;
        return this;
    }

    TestMachine flags(int value) {
        cpu.rflags = value | 2;
        return this;
    }

    /** Runs the bytes and a HLT behind them; afterwards {@link #cpu} is the state at the HLT. */
    TestMachine run(String hex) {
        VcpuStop stop = runToStop(hex + " f4");
        if (!(stop instanceof VcpuStop.Halted)) {
            throw new AssertionError(stop.toString());
        }
        return this;
    }

    VcpuStop runToStop(String hex) {
        byte[] code = HexFormat.of().parseHex(hex.replace(" ", ""));
        MemorySegment.copy(code, 0, ram, ValueLayout.JAVA_BYTE, CODE, code.length);
        cpu.rip = CODE;
        try (var vcpu = accelerator.createVcpu(0, bus)) {
            vcpu.loadState(cpu);
            VcpuStop stop = vcpu.run();
            vcpu.saveState(cpu);
            return stop;
        }
    }

    long reg(int register) {
        return cpu.regs[register];
    }

    int flags() {
        return (int) cpu.rflags;
    }

    int u32(long address) {
        return ram.get(ValueLayout.JAVA_INT_UNALIGNED, address);
    }

    void u32(long address, int value) {
        ram.set(ValueLayout.JAVA_INT_UNALIGNED, address, value);
    }
}
