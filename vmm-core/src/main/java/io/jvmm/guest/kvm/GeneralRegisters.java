package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.kvm.KvmRegs;
import io.jvmm.kvm.KvmRegs.Register;
import io.jvmm.kvm.KvmVcpu;
import java.lang.foreign.SegmentAllocator;

/** KVM_GET_REGS and KVM_SET_REGS. */
final class GeneralRegisters implements StatePart {
    /** In the order of {@link CpuState#regs}. */
    private static final Register[] ORDER = {
        Register.RAX, Register.RCX, Register.RDX, Register.RBX,
        Register.RSP, Register.RBP, Register.RSI, Register.RDI,
        Register.R8, Register.R9, Register.R10, Register.R11,
        Register.R12, Register.R13, Register.R14, Register.R15
    };

    private final KvmRegs buffer;

    GeneralRegisters(SegmentAllocator allocator) {
        buffer = KvmRegs.allocate(allocator);
    }

    @Override
    public void save(KvmVcpu vcpu, CpuState to) {
        vcpu.getRegs(buffer);
        for (int i = 0; i < ORDER.length; i++) {
            to.regs[i] = buffer.get(ORDER[i]);
        }
        to.rip = buffer.get(Register.RIP);
        to.rflags = buffer.get(Register.RFLAGS);
    }

    @Override
    public void load(KvmVcpu vcpu, CpuState from) {
        for (int i = 0; i < ORDER.length; i++) {
            buffer.set(ORDER[i], from.regs[i]);
        }
        buffer.set(Register.RIP, from.rip);
        buffer.set(Register.RFLAGS, from.rflags);
        vcpu.setRegs(buffer);
    }
}
