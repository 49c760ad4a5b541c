package io.jvmm.guest;

import java.util.Arrays;

/**
 * The architectural state of one vCPU: every field of QEMU's sections {@code cpu} (version 12) and
 * {@code cpu_common}, in the order of the stream.
 *
 * <p>Mutable, because it is refilled at every stop and must not allocate then. It belongs to the
 * vCPU thread while that thread saves or loads, and to whoever stopped the vCPU in between; the
 * hand-over is {@link VcpuGroup}'s.
 *
 * <p>{@code hflags} is not stored: {@link #hflags()} computes it.
 */
public final class CpuState {

    /** Index in {@link #regs}. */
    public static final int AX = 0;

    /** Index in {@link #regs}. */
    public static final int CX = 1;

    /** Index in {@link #regs}. */
    public static final int DX = 2;

    /** Index in {@link #regs}. */
    public static final int BX = 3;

    /** Index in {@link #regs}. */
    public static final int SP = 4;

    /** Index in {@link #regs}. */
    public static final int BP = 5;

    /** Index in {@link #regs}. */
    public static final int SI = 6;

    /** Index in {@link #regs}. */
    public static final int DI = 7;

    /** Index in {@link #segs}. */
    public static final int ES = 0;

    /** Index in {@link #segs}. */
    public static final int CS = 1;

    /** Index in {@link #segs}. */
    public static final int SS = 2;

    /** Index in {@link #segs}. */
    public static final int DS = 3;

    /** Index in {@link #segs}. */
    public static final int FS = 4;

    /** Index in {@link #segs}. */
    public static final int GS = 5;

    /** General registers: AX CX DX BX SP BP SI DI R8 … R15. */
    public final long[] regs = new long[16];

    /** Offset of the next instruction in the code segment. */
    public long rip;

    /** Flags register. */
    public long rflags;

    /** x87 control word. */
    public int fpuControl;

    /** x87 status word, stack top in bits 11–13. */
    public int fpuStatus;

    /** One bit per x87 register, 1 = <b>in use</b> (the stream's sense, not the hardware's). */
    public int fpuTag;

    /** Mantissas of the x87 registers. */
    public final long[] fpuMantissa = new long[8];

    /** Signs and exponents of the x87 registers, 16 bits each. */
    public final int[] fpuSignExponent = new int[8];

    /** Opcode of the last x87 instruction, 11 bits (subsection {@code cpu/fpop_ip_dp}). */
    public int fpuOpcode;

    /** Where the last x87 instruction was. */
    public long fpuInstructionPointer;

    /** Where the operand of the last x87 instruction was. */
    public long fpuDataPointer;

    /** ES CS SS DS FS GS. */
    public final SegmentState[] segs = segments(6);

    /** Local descriptor table. */
    public final SegmentState ldt = new SegmentState();

    /** Task register. */
    public final SegmentState tr = new SegmentState();

    /** Global descriptor table: base and limit only. */
    public final SegmentState gdt = new SegmentState();

    /** Interrupt descriptor table: base and limit only. */
    public final SegmentState idt = new SegmentState();

    /** MSR 0x174. */
    public int sysenterCs;

    /** MSR 0x175. */
    public long sysenterEsp;

    /** MSR 0x176. */
    public long sysenterEip;

    /** Control register 0. */
    public long cr0;

    /** Control register 2: address of the last page fault. */
    public long cr2;

    /** Control register 3: page table root. */
    public long cr3;

    /** Control register 4. */
    public long cr4;

    /** Debug registers 0–7. */
    public final long[] dr = new long[8];

    /** −1, or the mask that forces address line 20 to zero. */
    public int a20Mask;

    /** SSE control and status. */
    public int mxcsr;

    /** Low 128 bits of xmm0–15: two words each, low first. */
    public final long[] xmm = new long[32];

    /** MSR 0xC0000080. */
    public long efer;

    /** MSR 0xC0000081. */
    public long star;

    /** MSR 0xC0000082. */
    public long lstar;

    /** MSR 0xC0000083. */
    public long cstar;

    /** MSR 0xC0000084. */
    public long fmask;

    /** MSR 0xC0000102. */
    public long kernelGsBase;

    /** Base of system management memory. */
    public int smbase;

    /** MSR 0x277: page attribute table. */
    public long pat;

    /** QEMU's second word of hidden flags; bit 0 = global interrupt flag. */
    public int hflags2;

    /** SVM: host save area. */
    public long vmHsave;

    /** SVM: current control block. */
    public long vmVmcb;

    /** SVM: offset of the time stamp counter. */
    public long tscOffset;

    /** SVM: intercepted events. */
    public long intercept;

    /** SVM: intercepted reads of control registers, 16 bits. */
    public int interceptCrRead;

    /** SVM: intercepted writes of control registers, 16 bits. */
    public int interceptCrWrite;

    /** SVM: intercepted reads of debug registers, 16 bits. */
    public int interceptDrRead;

    /** SVM: intercepted writes of debug registers, 16 bits. */
    public int interceptDrWrite;

    /** SVM: intercepted exceptions. */
    public int interceptExceptions;

    /** SVM: virtual task priority, 8 bits. */
    public int vTpr;

    /** Fixed-range MTRRs. */
    public final long[] mtrrFixed = new long[11];

    /** Default memory type. */
    public long mtrrDefType;

    /** Variable-range MTRRs: base, mask, base, mask … */
    public final long[] mtrrVar = new long[16];

    /** Vector of an interrupt being delivered, −1 = none. */
    public int interruptInjected;

    /** State of the processor in KVM's numbers ({@code KVM_MP_STATE_*}), 0 = runnable. */
    public int mpState;

    /** Time stamp counter. */
    public long tsc;

    /** Vector of an exception being delivered, −1 = none. */
    public int exceptionNumber;

    /** 1 if the event being delivered was raised by an instruction, 8 bits. */
    public int softInterrupt;

    /** 1 if an NMI is being delivered, 8 bits. */
    public int nmiInjected;

    /** 1 if an NMI waits, 8 bits. */
    public int nmiPending;

    /** 1 if the exception being delivered pushes an error code, 8 bits. */
    public int hasErrorCode;

    /** Start-up vector of an application processor. */
    public int sipiVector;

    /** Machine check: what there is. */
    public long mcgCap;

    /** Machine check: state. */
    public long mcgStatus;

    /** Machine check: enabled. */
    public long mcgCtl;

    /** Machine check banks: control, status, address, miscellaneous for each of ten. */
    public final long[] mceBanks = new long[40];

    /** MSR 0xC0000103. */
    public long tscAux;

    /** MSR 0x4B564D01 (kvmclock). */
    public long systemTimeMsr;

    /** MSR 0x4B564D00 (kvmclock). */
    public long wallClockMsr;

    /** Extended control register 0. */
    public long xcr0;

    /** State components that are not in their initial state. */
    public long xstateBv;

    /** Upper 128 bits of ymm0–15: two words each, low first. */
    public final long[] ymmHigh = new long[32];

    /** Frequency of the time stamp counter in kHz (subsection {@code cpu/tsc_khz}); 0 = unknown. */
    public long tscKhz;

    /** MSR 0x4B564D05 (subsection {@code cpu/poll_control_msr}); 1 = default. */
    public long pollControlMsr;

    /** The vCPU has executed HLT and waits for an interrupt (section {@code cpu_common}). */
    public boolean halted;

    /** Pending interrupt requests, QEMU's bits (section {@code cpu_common}). */
    public int interruptRequest;

    /** A vCPU in its reset state. */
    public CpuState() {
        reset();
    }

    /** Sets what the processor has after a hardware reset: real mode, at 0xFFFFFFF0. */
    public void reset() {
        resetRegisters();
        resetSystemRegisters();
        resetEvents();
        resetMachineCheck();
    }

    private void resetRegisters() {
        Arrays.fill(regs, 0);
        rip = 0xFFF0;
        rflags = 2;
        fpuControl = 0x37F;
        fpuStatus = 0;
        fpuTag = 0;
        fpuOpcode = 0;
        fpuInstructionPointer = 0;
        fpuDataPointer = 0;
        Arrays.fill(fpuMantissa, 0);
        Arrays.fill(fpuSignExponent, 0);
        mxcsr = 0x1F80;
        Arrays.fill(xmm, 0);
        Arrays.fill(ymmHigh, 0);
        xcr0 = 1;
        xstateBv = 0;
        for (SegmentState s : segs) {
            s.set(0, 0, 0xFFFF, SegmentState.REAL_MODE_DATA);
        }
        segs[CS].set(0xF000, 0xFFFF0000L, 0xFFFF, SegmentState.REAL_MODE_CODE);
        ldt.set(0, 0, 0xFFFF, 0x8200);
        tr.set(0, 0, 0xFFFF, 0x8B00);
        gdt.set(0, 0, 0xFFFF, 0);
        idt.set(0, 0, 0xFFFF, 0);
    }

    private void resetSystemRegisters() {
        sysenterCs = 0;
        sysenterEsp = 0;
        sysenterEip = 0;
        cr0 = 0x6000_0010L;
        cr2 = 0;
        cr3 = 0;
        cr4 = 0;
        Arrays.fill(dr, 0);
        dr[6] = 0xFFFF_0FF0L;
        dr[7] = 0x400;
        a20Mask = -1;
        efer = 0;
        star = 0;
        lstar = 0;
        cstar = 0;
        fmask = 0;
        kernelGsBase = 0;
        smbase = 0x30000;
        pat = 0x0007_0406_0007_0406L;
        hflags2 = 1;
        Arrays.fill(mtrrFixed, 0);
        mtrrDefType = 0;
        Arrays.fill(mtrrVar, 0);
        tsc = 0;
        tscAux = 0;
        systemTimeMsr = 0;
        wallClockMsr = 0;
        tscKhz = 0;
        pollControlMsr = 1;
    }

    private void resetEvents() {
        vmHsave = 0;
        vmVmcb = 0;
        tscOffset = 0;
        intercept = 0;
        interceptCrRead = 0;
        interceptCrWrite = 0;
        interceptDrRead = 0;
        interceptDrWrite = 0;
        interceptExceptions = 0;
        vTpr = 0;
        interruptInjected = -1;
        mpState = 0;
        exceptionNumber = -1;
        softInterrupt = 0;
        nmiInjected = 0;
        nmiPending = 0;
        hasErrorCode = 0;
        sipiVector = 0;
        halted = false;
        interruptRequest = 0;
    }

    private void resetMachineCheck() {
        mcgCap = 0x100010A;
        mcgStatus = 0;
        mcgCtl = -1;
        Arrays.fill(mceBanks, 0);
        for (int bank = 0; bank < mceBanks.length; bank += 4) {
            mceBanks[bank] = -1;
        }
    }

    /**
     * Takes over another vCPU's state, allocating nothing.
     *
     * @param other the state to copy
     */
    public void copyFrom(CpuState other) {
        copyRegisters(other);
        copySystemRegisters(other);
        copyVirtualization(other);
        copyEvents(other);
        copyMachineCheck(other);
    }

    private void copyRegisters(CpuState other) {
        copy(other.regs, regs);
        rip = other.rip;
        rflags = other.rflags;
        fpuControl = other.fpuControl;
        fpuStatus = other.fpuStatus;
        fpuTag = other.fpuTag;
        fpuOpcode = other.fpuOpcode;
        fpuInstructionPointer = other.fpuInstructionPointer;
        fpuDataPointer = other.fpuDataPointer;
        copy(other.fpuMantissa, fpuMantissa);
        System.arraycopy(other.fpuSignExponent, 0, fpuSignExponent, 0, fpuSignExponent.length);
        mxcsr = other.mxcsr;
        copy(other.xmm, xmm);
        copy(other.ymmHigh, ymmHigh);
        xcr0 = other.xcr0;
        xstateBv = other.xstateBv;
        for (int i = 0; i < segs.length; i++) {
            segs[i].copyFrom(other.segs[i]);
        }
        ldt.copyFrom(other.ldt);
        tr.copyFrom(other.tr);
        gdt.copyFrom(other.gdt);
        idt.copyFrom(other.idt);
    }

    private void copySystemRegisters(CpuState other) {
        sysenterCs = other.sysenterCs;
        sysenterEsp = other.sysenterEsp;
        sysenterEip = other.sysenterEip;
        cr0 = other.cr0;
        cr2 = other.cr2;
        cr3 = other.cr3;
        cr4 = other.cr4;
        copy(other.dr, dr);
        a20Mask = other.a20Mask;
        efer = other.efer;
        star = other.star;
        lstar = other.lstar;
        cstar = other.cstar;
        fmask = other.fmask;
        kernelGsBase = other.kernelGsBase;
        smbase = other.smbase;
        pat = other.pat;
        copy(other.mtrrFixed, mtrrFixed);
        mtrrDefType = other.mtrrDefType;
        copy(other.mtrrVar, mtrrVar);
        tsc = other.tsc;
        tscAux = other.tscAux;
        systemTimeMsr = other.systemTimeMsr;
        wallClockMsr = other.wallClockMsr;
        tscKhz = other.tscKhz;
        pollControlMsr = other.pollControlMsr;
    }

    private void copyVirtualization(CpuState other) {
        hflags2 = other.hflags2;
        vmHsave = other.vmHsave;
        vmVmcb = other.vmVmcb;
        tscOffset = other.tscOffset;
        intercept = other.intercept;
        interceptCrRead = other.interceptCrRead;
        interceptCrWrite = other.interceptCrWrite;
        interceptDrRead = other.interceptDrRead;
        interceptDrWrite = other.interceptDrWrite;
        interceptExceptions = other.interceptExceptions;
        vTpr = other.vTpr;
    }

    private void copyEvents(CpuState other) {
        interruptInjected = other.interruptInjected;
        mpState = other.mpState;
        exceptionNumber = other.exceptionNumber;
        softInterrupt = other.softInterrupt;
        nmiInjected = other.nmiInjected;
        nmiPending = other.nmiPending;
        hasErrorCode = other.hasErrorCode;
        sipiVector = other.sipiVector;
        halted = other.halted;
        interruptRequest = other.interruptRequest;
    }

    private void copyMachineCheck(CpuState other) {
        mcgCap = other.mcgCap;
        mcgStatus = other.mcgStatus;
        mcgCtl = other.mcgCtl;
        copy(other.mceBanks, mceBanks);
    }

    /**
     * QEMU's hidden flags, computed from the other fields (a TCG destination uses them as sent).
     *
     * @return the word that the stream carries as {@code env.hflags}
     */
    public int hflags() {
        return HiddenFlags.of(this);
    }

    /**
     * Linear address of the next instruction.
     *
     * @return code segment base plus {@link #rip}
     */
    public long instructionAddress() {
        return segs[CS].base + rip;
    }

    private static void copy(long[] from, long[] to) {
        System.arraycopy(from, 0, to, 0, to.length);
    }

    private static SegmentState[] segments(int count) {
        SegmentState[] all = new SegmentState[count];
        Arrays.setAll(all, i -> new SegmentState());
        return all;
    }
}
