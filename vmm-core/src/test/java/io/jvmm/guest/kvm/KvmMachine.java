package io.jvmm.guest.kvm;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.IoBus;
import io.jvmm.guest.SegmentState;
import io.jvmm.guest.VcpuEngine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;

/**
 * RAM and one vCPU on the host's KVM, made on the thread that runs it; the test is skipped where
 * there is no KVM.
 */
final class KvmMachine implements AutoCloseable {
    static final int CODE = 0x1000;

    final GuestMemory memory;
    final KvmAccelerator accelerator;
    final VcpuEngine vcpu;

    KvmMachine(long ramSize, IoBus bus) {
        assumeKvm();
        memory = GuestMemory.allocate("ram", ramSize);
        accelerator = new KvmAccelerator(memory.block());
        vcpu = accelerator.createVcpu(0, bus);
    }

    static void assumeKvm() {
        assumeTrue(Files.isWritable(Path.of("/dev/kvm")), "/dev/kvm cannot be opened");
    }

    KvmMachine code(String hex) {
        memory.write(CODE, HexFormat.of().parseHex(hex.replace(" ", "")));
        return this;
    }

    /** 32-bit code without paging, at privilege level 0. */
    static CpuState flat32() {
        CpuState cpu = new CpuState();
        cpu.cr0 |= 1;
        for (SegmentState segment : cpu.segs) {
            segment.set(0x10, 0, -1, SegmentState.FLAT_DATA);
        }
        cpu.segs[CpuState.CS].set(8, 0, -1, SegmentState.FLAT_CODE);
        cpu.rip = CODE;
        return cpu;
    }

    static CpuState realMode() {
        CpuState cpu = new CpuState();
        cpu.segs[CpuState.CS].set(0, 0, 0xFFFF, SegmentState.REAL_MODE_CODE);
        cpu.rip = CODE;
        return cpu;
    }

    CpuState saved() {
        CpuState cpu = new CpuState();
        vcpu.saveState(cpu);
        return cpu;
    }

    @Override
    public void close() {
        vcpu.close();
        accelerator.close();
        memory.close();
    }
}
