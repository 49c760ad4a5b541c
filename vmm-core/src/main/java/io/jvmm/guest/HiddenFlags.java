package io.jvmm.guest;

/**
 * QEMU's {@code hflags}: what its translator wants to know about the mode of the processor. Bits as
 * they stand in the stream ({@code cpu} section, version 12).
 */
final class HiddenFlags {

    private static final int CS32 = 1 << 4;
    private static final int SS32 = 1 << 5;
    private static final int SEGMENT_BASES = 1 << 6;
    private static final int PE = 1 << 7;
    private static final int FPU_FLAGS_SHIFT = 9;
    private static final int LMA = 1 << 14;
    private static final int CS64 = 1 << 15;
    private static final int SVME = 1 << 20;
    private static final int OSFXSR = 1 << 22;
    private static final int AVX = 1 << 28;

    /** TF, IOPL, RF, VM and AC stand at the same places as in the flags register. */
    private static final int SAME_AS_RFLAGS = 1 << 8 | 3 << 12 | 1 << 16 | 1 << 17 | 1 << 18;

    private static final int VM86 = 1 << 17;
    private static final int EFER_LMA = 1 << 10;
    private static final int EFER_SVME = 1 << 12;
    private static final int CR4_OSFXSR = 1 << 9;
    private static final int CR4_OSXSAVE = 1 << 18;
    private static final int SEGMENT_LONG = 1 << 21;
    private static final long XCR0_SSE_AND_AVX = 6;

    private HiddenFlags() {}

    static int of(CpuState cpu) {
        int flags = (int) cpu.rflags & SAME_AS_RFLAGS;
        flags |= cpu.segs[CpuState.SS].flags >> 13 & 3;
        flags |= (cpu.cr0 & 1) == 0 ? 0 : PE;
        flags |= ((int) cpu.cr0 >> 1 & 7) << FPU_FLAGS_SHIFT;
        flags |= (cpu.cr4 & CR4_OSFXSR) == 0 ? 0 : OSFXSR;
        flags |= (cpu.efer & EFER_SVME) == 0 ? 0 : SVME;
        if ((cpu.cr4 & CR4_OSXSAVE) != 0 && (cpu.xcr0 & XCR0_SSE_AND_AVX) == XCR0_SSE_AND_AVX) {
            flags |= AVX;
        }
        return flags | segmentFlags(cpu, flags);
    }

    private static int segmentFlags(CpuState cpu, int flags) {
        boolean longMode = (cpu.efer & EFER_LMA) != 0;
        int codeFlags = cpu.segs[CpuState.CS].flags;
        if (longMode && (codeFlags & SEGMENT_LONG) != 0) {
            return LMA | CS32 | SS32 | CS64;
        }
        boolean code32 = (codeFlags & SegmentState.DEFAULT_32) != 0;
        boolean stack32 = (cpu.segs[CpuState.SS].flags & SegmentState.DEFAULT_32) != 0;
        return (longMode ? LMA : 0)
                | (code32 ? CS32 : 0)
                | (stack32 ? SS32 : 0)
                | (needsSegmentBases(cpu, flags, code32) ? SEGMENT_BASES : 0);
    }

    /** 16-bit code always adds segment bases; 32-bit code only where DS, ES or SS has one. */
    private static boolean needsSegmentBases(CpuState cpu, int flags, boolean code32) {
        return (flags & PE) == 0
                || (flags & VM86) != 0
                || !code32
                || (cpu.segs[CpuState.DS].base
                                | cpu.segs[CpuState.ES].base
                                | cpu.segs[CpuState.SS].base)
                        != 0;
    }
}
