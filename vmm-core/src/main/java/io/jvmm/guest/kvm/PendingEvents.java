package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.kvm.KvmMpState;
import io.jvmm.kvm.KvmVcpu;
import io.jvmm.kvm.KvmVcpuEvents;
import io.jvmm.kvm.KvmVcpuEvents.Field;
import java.lang.foreign.SegmentAllocator;

/** KVM_GET_VCPU_EVENTS, KVM_GET_MP_STATE and their counterparts: what the vCPU is about to take. */
final class PendingEvents implements StatePart {
    private static final int NONE = -1;

    /** Bit of {@link CpuState#hflags2}: NMIs are blocked. */
    private static final int NMI_MASKED = 1 << 2;

    private final KvmVcpuEvents events;
    private final KvmMpState mpState;

    PendingEvents(SegmentAllocator allocator) {
        events = KvmVcpuEvents.allocate(allocator);
        mpState = KvmMpState.allocate(allocator);
    }

    @Override
    public void save(KvmVcpu vcpu, CpuState to) {
        vcpu.getMpState(mpState);
        to.mpState = mpState.get();
        vcpu.getVcpuEvents(events);
        boolean exception = events.get(Field.EXCEPTION_INJECTED) != 0;
        to.exceptionNumber = exception ? events.get(Field.EXCEPTION_NUMBER) : NONE;
        to.hasErrorCode = events.get(Field.EXCEPTION_HAS_ERROR_CODE);
        boolean interrupt = events.get(Field.INTERRUPT_INJECTED) != 0;
        to.interruptInjected = interrupt ? events.get(Field.INTERRUPT_NUMBER) : NONE;
        to.softInterrupt = events.get(Field.INTERRUPT_SOFT);
        to.nmiInjected = events.get(Field.NMI_INJECTED);
        to.nmiPending = events.get(Field.NMI_PENDING);
        to.sipiVector = events.sipiVector();
        boolean masked = events.get(Field.NMI_MASKED) != 0;
        to.hflags2 = masked ? to.hflags2 | NMI_MASKED : to.hflags2 & ~NMI_MASKED;
    }

    @Override
    public void load(KvmVcpu vcpu, CpuState from) {
        mpState.set(from.mpState);
        vcpu.setMpState(mpState);
        events.clear();
        if (from.exceptionNumber != NONE) {
            events.set(Field.EXCEPTION_INJECTED, 1);
            events.set(Field.EXCEPTION_NUMBER, from.exceptionNumber);
            events.set(Field.EXCEPTION_HAS_ERROR_CODE, from.hasErrorCode);
        }
        if (from.interruptInjected != NONE) {
            events.set(Field.INTERRUPT_INJECTED, 1);
            events.set(Field.INTERRUPT_NUMBER, from.interruptInjected);
            events.set(Field.INTERRUPT_SOFT, from.softInterrupt);
        }
        events.set(Field.NMI_INJECTED, from.nmiInjected);
        events.set(Field.NMI_PENDING, from.nmiPending);
        events.set(Field.NMI_MASKED, (from.hflags2 & NMI_MASKED) != 0 ? 1 : 0);
        events.setSipiVector(from.sipiVector);
        vcpu.setVcpuEvents(events);
    }
}
