package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.kvm.KvmVcpu;
import io.jvmm.kvm.KvmXcrs;
import io.jvmm.kvm.KvmXsave;
import java.lang.foreign.SegmentAllocator;

/**
 * KVM_GET_XSAVE, KVM_GET_XCRS and their counterparts: x87, SSE and AVX. Like QEMU's KVM, x87
 * registers are kept in the order of the stack.
 */
final class ExtendedState implements StatePart {
    private static final long X87 = 1;
    private static final long SSE = 2;
    private static final long AVX = 4;
    private static final int INITIAL_CONTROL = 0x37F;
    private static final int INITIAL_MXCSR = 0x1F80;

    private final KvmXsave area;
    private final KvmXcrs control;

    ExtendedState(SegmentAllocator allocator) {
        area = KvmXsave.allocate(allocator);
        control = KvmXcrs.allocate(allocator);
    }

    @Override
    public void save(KvmVcpu vcpu, CpuState to) {
        vcpu.getXcrs(control);
        to.xcr0 = control.xcr0();
        vcpu.getXsave(area);
        to.xstateBv = area.features() & (X87 | SSE | AVX);
        to.fpuControl = area.controlWord();
        to.fpuStatus = area.statusWord();
        to.fpuTag = area.tagWord();
        to.fpuOpcode = area.lastOpcode();
        to.fpuInstructionPointer = area.instructionPointer();
        to.fpuDataPointer = area.dataPointer();
        to.mxcsr = area.mxcsr();
        for (int i = 0; i < to.fpuMantissa.length; i++) {
            to.fpuMantissa[i] = area.x87Mantissa(i);
            to.fpuSignExponent[i] = area.x87SignExponent(i);
        }
        for (int i = 0; i < KvmXsave.VECTOR_WORDS; i++) {
            to.xmm[i] = area.xmm(i);
            to.ymmHigh[i] = area.ymmHigh(i);
        }
    }

    @Override
    public void load(KvmVcpu vcpu, CpuState from) {
        control.setXcr0(from.xcr0);
        vcpu.setXcrs(control);
        area.segment().fill((byte) 0);
        area.setFeatures(features(from));
        area.setControlWord(from.fpuControl);
        area.setStatusWord(from.fpuStatus);
        area.setTagWord(from.fpuTag);
        area.setLastInstruction(from.fpuOpcode, from.fpuInstructionPointer, from.fpuDataPointer);
        area.setMxcsr(from.mxcsr);
        for (int i = 0; i < from.fpuMantissa.length; i++) {
            area.setX87(i, from.fpuMantissa[i], from.fpuSignExponent[i]);
        }
        for (int i = 0; i < KvmXsave.VECTOR_WORDS; i++) {
            area.setXmm(i, from.xmm[i]);
            area.setYmmHigh(i, from.ymmHigh[i]);
        }
        vcpu.setXsave(area);
    }

    /**
     * The components to load. A source that does not keep account of them (QEMU's TCG, the
     * interpreter) says that all are in their initial state, so what differs from it is added.
     */
    private static long features(CpuState from) {
        long features = from.xstateBv & (X87 | SSE | AVX);
        if (from.fpuControl != INITIAL_CONTROL
                || (from.fpuStatus | from.fpuTag) != 0
                || !isZero(from.fpuMantissa)) {
            features |= X87;
        }
        if (from.mxcsr != INITIAL_MXCSR || !isZero(from.xmm)) {
            features |= SSE;
        }
        return isZero(from.ymmHigh) ? features : features | AVX;
    }

    private static boolean isZero(long[] words) {
        long all = 0;
        for (long word : words) {
            all |= word;
        }
        return all == 0;
    }
}
