package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.kvm.KvmDebugRegs;
import io.jvmm.kvm.KvmVcpu;
import java.lang.foreign.SegmentAllocator;

/** KVM_GET_DEBUGREGS and KVM_SET_DEBUGREGS. DR4 and DR5 are other names of DR6 and DR7. */
final class DebugRegisters implements StatePart {
    private static final int DR4 = 4;
    private static final int DR5 = 5;
    private static final int DR6 = 6;
    private static final int DR7 = 7;

    private final KvmDebugRegs buffer;

    DebugRegisters(SegmentAllocator allocator) {
        buffer = KvmDebugRegs.allocate(allocator);
    }

    @Override
    public void save(KvmVcpu vcpu, CpuState to) {
        vcpu.getDebugRegs(buffer);
        for (int i = 0; i < KvmDebugRegs.BREAKPOINTS; i++) {
            to.dr[i] = buffer.breakpoint(i);
        }
        to.dr[DR4] = buffer.dr6();
        to.dr[DR5] = buffer.dr7();
        to.dr[DR6] = buffer.dr6();
        to.dr[DR7] = buffer.dr7();
    }

    @Override
    public void load(KvmVcpu vcpu, CpuState from) {
        for (int i = 0; i < KvmDebugRegs.BREAKPOINTS; i++) {
            buffer.setBreakpoint(i, from.dr[i]);
        }
        buffer.set(from.dr[DR6], from.dr[DR7]);
        vcpu.setDebugRegs(buffer);
    }
}
