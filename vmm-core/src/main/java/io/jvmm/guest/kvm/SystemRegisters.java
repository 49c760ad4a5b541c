package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.SegmentState;
import io.jvmm.kvm.KvmSegment;
import io.jvmm.kvm.KvmSregs;
import io.jvmm.kvm.KvmSregs.ControlRegister;
import io.jvmm.kvm.KvmSregs.SegmentRegister;
import io.jvmm.kvm.KvmTable;
import io.jvmm.kvm.KvmVcpu;
import java.lang.foreign.SegmentAllocator;

/**
 * KVM_GET_SREGS and KVM_SET_SREGS. What a {@link CpuState} does not hold, the address of the local
 * APIC, stays as KVM made it.
 */
final class SystemRegisters implements StatePart {
    /** In the order of {@link CpuState#segs}. */
    private static final SegmentRegister[] ORDER = {
        SegmentRegister.ES, SegmentRegister.CS, SegmentRegister.SS,
        SegmentRegister.DS, SegmentRegister.FS, SegmentRegister.GS
    };

    private final KvmSregs read;
    private final KvmSregs written;

    SystemRegisters(SegmentAllocator allocator, KvmVcpu vcpu) {
        read = new KvmSregs(allocator);
        written = new KvmSregs(allocator);
        vcpu.getSregs(written);
    }

    @Override
    public void save(KvmVcpu vcpu, CpuState to) {
        vcpu.getSregs(read);
        for (int i = 0; i < ORDER.length; i++) {
            save(read.segment(ORDER[i]), to.segs[i]);
        }
        save(read.segment(SegmentRegister.LDT), to.ldt);
        save(read.segment(SegmentRegister.TR), to.tr);
        save(read.gdt(), to.gdt);
        save(read.idt(), to.idt);
        to.cr0 = read.get(ControlRegister.CR0);
        to.cr2 = read.get(ControlRegister.CR2);
        to.cr3 = read.get(ControlRegister.CR3);
        to.cr4 = read.get(ControlRegister.CR4);
        to.efer = read.get(ControlRegister.EFER);
    }

    @Override
    public void load(KvmVcpu vcpu, CpuState from) {
        for (int i = 0; i < ORDER.length; i++) {
            load(from.segs[i], written.segment(ORDER[i]));
        }
        load(from.ldt, written.segment(SegmentRegister.LDT));
        load(from.tr, written.segment(SegmentRegister.TR));
        load(from.gdt, written.gdt());
        load(from.idt, written.idt());
        written.set(ControlRegister.CR0, from.cr0);
        written.set(ControlRegister.CR2, from.cr2);
        written.set(ControlRegister.CR3, from.cr3);
        written.set(ControlRegister.CR4, from.cr4);
        written.set(ControlRegister.EFER, from.efer);
        vcpu.setSregs(written);
    }

    private static void save(KvmSegment from, SegmentState to) {
        to.set(from.selector(), from.base(), from.limit(), from.accessRights());
    }

    private static void load(SegmentState from, KvmSegment to) {
        to.set(from.selector, from.base, from.limit, from.flags);
    }

    private static void save(KvmTable from, SegmentState to) {
        to.set(0, from.base(), from.limit(), 0);
    }

    private static void load(SegmentState from, KvmTable to) {
        to.set(from.base, from.limit);
    }
}
