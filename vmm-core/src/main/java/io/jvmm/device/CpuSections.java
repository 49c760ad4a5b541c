package io.jvmm.device;

import static io.jvmm.vmstate.FieldType.INT32;
import static io.jvmm.vmstate.FieldType.INT64;
import static io.jvmm.vmstate.FieldType.UINT16;
import static io.jvmm.vmstate.FieldType.UINT32;
import static io.jvmm.vmstate.FieldType.UINT64;
import static io.jvmm.vmstate.FieldType.UINT8;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.SegmentState;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.vmstate.VmStateBuilder;
import io.jvmm.vmstate.VmStateDescription;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The two sections of a vCPU, as QEMU's x86-64 machines have them: {@code cpu_common} version 1 and
 * {@code cpu} version 12. The order of the declarations is the order on the wire.
 *
 * <p>What {@link CpuState} has no place for is refused when loading: subsections that are not
 * declared here, and hidden flags that say the vCPU is in system management mode, runs a nested
 * guest, or has just executed STI.
 */
public final class CpuSections {
    private static final long DEFAULT_POLL_CONTROL = 1;
    private static final int HF_INTERRUPT_SHADOW = 1 << 3;
    private static final int HF_SYSTEM_MANAGEMENT = 1 << 19;
    private static final int HF_NESTED_GUEST = 1 << 21;
    private static final int HF_NOT_REPRESENTED =
            HF_INTERRUPT_SHADOW | HF_SYSTEM_MANAGEMENT | HF_NESTED_GUEST;
    private static final int HIGHEST_MP_STATE = 4;

    static final VmStateDescription<CpuState> CPU_COMMON =
            VmStateDescription.<CpuState>named("cpu_common")
                    .field(UINT32, "halted", c -> c.halted ? 1 : 0, (c, v) -> c.halted = v != 0)
                    .field(
                            UINT32,
                            "interrupt_request",
                            c -> c.interruptRequest,
                            (c, v) -> c.interruptRequest = (int) v)
                    .build();

    private static final VmStateDescription<SegmentState> SEGMENT =
            VmStateDescription.<SegmentState>named("segment")
                    .field(UINT32, "selector", s -> s.selector, (s, v) -> s.selector = (int) v)
                    .field(UINT64, "base", s -> s.base, (s, v) -> s.base = v)
                    .field(UINT32, "limit", s -> s.limit, (s, v) -> s.limit = (int) v)
                    .field(UINT32, "flags", s -> s.flags, (s, v) -> s.flags = (int) v)
                    .build();

    private static final VmStateDescription<CpuView.Element> FPU_REGISTER =
            VmStateDescription.<CpuView.Element>named("fpreg")
                    .version(0)
                    .temporary(
                            VmStateDescription.<CpuView.Element>named("fpreg_tmp")
                                    .version(0)
                                    .field(
                                            UINT64,
                                            "tmp_mant",
                                            e -> e.cpu().fpuMantissa[e.index()],
                                            (e, v) -> e.cpu().fpuMantissa[e.index()] = v)
                                    .field(
                                            UINT16,
                                            "tmp_exp",
                                            e -> e.cpu().fpuSignExponent[e.index()],
                                            (e, v) -> e.cpu().fpuSignExponent[e.index()] = (int) v)
                                    .build())
                    .build();

    private static final VmStateDescription<CpuView.Element> XMM_REGISTER =
            pair("xmm_reg", "_q_ZMMReg[0]", "_q_ZMMReg[1]", c -> c.xmm);

    private static final VmStateDescription<CpuView.Element> YMM_HIGH_HALF =
            pair("ymmh_reg", "_q_ZMMReg[2]", "_q_ZMMReg[3]", c -> c.ymmHigh);

    private static final VmStateDescription<CpuView.Element> MTRR_RANGE =
            pair("mtrr_var", "base", "mask", c -> c.mtrrVar);

    private static final VmStateDescription<CpuView> TSC_KHZ =
            VmStateDescription.<CpuView>named("cpu/tsc_khz")
                    .field(INT64, "env.tsc_khz", c -> c.cpu.tscKhz, (c, v) -> c.cpu.tscKhz = v)
                    .build();

    private static final VmStateDescription<CpuView> POLL_CONTROL =
            VmStateDescription.<CpuView>named("cpu/poll_control_msr")
                    .field(
                            UINT64,
                            "env.poll_control_msr",
                            c -> c.cpu.pollControlMsr,
                            (c, v) -> c.cpu.pollControlMsr = v)
                    .build();

    private static final VmStateDescription<CpuView> FPU_POINTERS =
            VmStateDescription.<CpuView>named("cpu/fpop_ip_dp")
                    .field(
                            UINT16,
                            "env.fpop",
                            c -> c.cpu.fpuOpcode,
                            (c, v) -> c.cpu.fpuOpcode = (int) v)
                    .field(
                            UINT64,
                            "env.fpip",
                            c -> c.cpu.fpuInstructionPointer,
                            (c, v) -> c.cpu.fpuInstructionPointer = v)
                    .field(
                            UINT64,
                            "env.fpdp",
                            c -> c.cpu.fpuDataPointer,
                            (c, v) -> c.cpu.fpuDataPointer = v)
                    .build();

    static final VmStateDescription<CpuView> CPU = cpu();

    private CpuSections() {}

    /**
     * Adds both sections of a vCPU.
     *
     * @param registry where to
     * @param index number of the vCPU, which is the instance id
     * @param cpu its state, saved from and loaded into while the vCPU is stopped
     */
    public static void register(SaveVmRegistry registry, int index, CpuState cpu) {
        registry.register(index, CPU_COMMON, cpu);
        registry.register(index, CPU, new CpuView(cpu));
    }

    private static VmStateDescription<CpuView> cpu() {
        VmStateBuilder<CpuView> cpu = VmStateDescription.<CpuView>named("cpu").version(12);
        addRegisters(cpu);
        addFpu(cpu);
        addSegments(cpu);
        addControl(cpu);
        addSse(cpu);
        addModelSpecific(cpu);
        addVirtualization(cpu);
        addMemoryTypes(cpu);
        addEvents(cpu);
        addMachineCheck(cpu);
        addExtendedState(cpu);
        return cpu.preLoad(CpuSections::setDefaults)
                .check(CpuSections::fault)
                .subsection(POLL_CONTROL, c -> c.cpu.pollControlMsr != DEFAULT_POLL_CONTROL)
                .subsection(FPU_POINTERS, c -> areFpuPointersSet(c.cpu))
                .subsection(TSC_KHZ, c -> c.cpu.tscKhz != 0)
                .build();
    }

    private static void addRegisters(VmStateBuilder<CpuView> cpu) {
        cpu.array(UINT64, "env.regs", 16, (c, i) -> c.cpu.regs[i], (c, i, v) -> c.cpu.regs[i] = v)
                .field(UINT64, "env.eip", c -> c.cpu.rip, (c, v) -> c.cpu.rip = v)
                .field(UINT64, "env.eflags", c -> c.cpu.rflags, (c, v) -> c.cpu.rflags = v)
                .field(
                        UINT32,
                        "env.hflags",
                        c -> c.cpu.hflags(),
                        (c, v) -> c.loadedHiddenFlags = (int) v);
    }

    private static void addFpu(VmStateBuilder<CpuView> cpu) {
        cpu.field(UINT16, "env.fpuc", c -> c.cpu.fpuControl, (c, v) -> c.cpu.fpuControl = (int) v)
                .field(
                        UINT16,
                        "env.fpus_vmstate",
                        c -> c.cpu.fpuStatus,
                        (c, v) -> c.cpu.fpuStatus = (int) v)
                .field(
                        UINT16,
                        "env.fptag_vmstate",
                        c -> c.cpu.fpuTag,
                        (c, v) -> c.cpu.fpuTag = (int) v)
                .field(
                        UINT16,
                        "env.fpregs_format_vmstate",
                        c -> 0,
                        (c, v) -> c.loadedFpuFormat = (int) v)
                .structArray("env.fpregs", 8, FPU_REGISTER, CpuView::element);
    }

    private static void addSegments(VmStateBuilder<CpuView> cpu) {
        cpu.structArray("env.segs", 6, SEGMENT, (c, i) -> c.cpu.segs[i])
                .struct("env.ldt", SEGMENT, c -> c.cpu.ldt)
                .struct("env.tr", SEGMENT, c -> c.cpu.tr)
                .struct("env.gdt", SEGMENT, c -> c.cpu.gdt)
                .struct("env.idt", SEGMENT, c -> c.cpu.idt);
    }

    private static void addControl(VmStateBuilder<CpuView> cpu) {
        cpu.field(
                        UINT32,
                        "env.sysenter_cs",
                        c -> c.cpu.sysenterCs,
                        (c, v) -> c.cpu.sysenterCs = (int) v)
                .field(
                        UINT64,
                        "env.sysenter_esp",
                        c -> c.cpu.sysenterEsp,
                        (c, v) -> c.cpu.sysenterEsp = v)
                .field(
                        UINT64,
                        "env.sysenter_eip",
                        c -> c.cpu.sysenterEip,
                        (c, v) -> c.cpu.sysenterEip = v)
                .field(UINT64, "env.cr[0]", c -> c.cpu.cr0, (c, v) -> c.cpu.cr0 = v)
                .field(UINT64, "env.cr[2]", c -> c.cpu.cr2, (c, v) -> c.cpu.cr2 = v)
                .field(UINT64, "env.cr[3]", c -> c.cpu.cr3, (c, v) -> c.cpu.cr3 = v)
                .field(UINT64, "env.cr[4]", c -> c.cpu.cr4, (c, v) -> c.cpu.cr4 = v)
                .array(UINT64, "env.dr", 8, (c, i) -> c.cpu.dr[i], (c, i, v) -> c.cpu.dr[i] = v)
                .field(
                        INT32,
                        "env.a20_mask",
                        c -> c.cpu.a20Mask,
                        (c, v) -> c.cpu.a20Mask = (int) v);
    }

    private static void addSse(VmStateBuilder<CpuView> cpu) {
        cpu.field(UINT32, "env.mxcsr", c -> c.cpu.mxcsr, (c, v) -> c.cpu.mxcsr = (int) v)
                .structArray("env.xmm_regs[0]", 16, XMM_REGISTER, CpuView::element);
    }

    private static void addModelSpecific(VmStateBuilder<CpuView> cpu) {
        cpu.field(UINT64, "env.efer", c -> c.cpu.efer, (c, v) -> c.cpu.efer = v)
                .field(UINT64, "env.star", c -> c.cpu.star, (c, v) -> c.cpu.star = v)
                .field(UINT64, "env.lstar", c -> c.cpu.lstar, (c, v) -> c.cpu.lstar = v)
                .field(UINT64, "env.cstar", c -> c.cpu.cstar, (c, v) -> c.cpu.cstar = v)
                .field(UINT64, "env.fmask", c -> c.cpu.fmask, (c, v) -> c.cpu.fmask = v)
                .field(
                        UINT64,
                        "env.kernelgsbase",
                        c -> c.cpu.kernelGsBase,
                        (c, v) -> c.cpu.kernelGsBase = v)
                .field(UINT32, "env.smbase", c -> c.cpu.smbase, (c, v) -> c.cpu.smbase = (int) v)
                .field(UINT64, "env.pat", c -> c.cpu.pat, (c, v) -> c.cpu.pat = v);
    }

    private static void addVirtualization(VmStateBuilder<CpuView> cpu) {
        cpu.field(UINT32, "env.hflags2", c -> c.cpu.hflags2, (c, v) -> c.cpu.hflags2 = (int) v)
                .field(UINT64, "env.vm_hsave", c -> c.cpu.vmHsave, (c, v) -> c.cpu.vmHsave = v)
                .field(UINT64, "env.vm_vmcb", c -> c.cpu.vmVmcb, (c, v) -> c.cpu.vmVmcb = v)
                .field(
                        UINT64,
                        "env.tsc_offset",
                        c -> c.cpu.tscOffset,
                        (c, v) -> c.cpu.tscOffset = v)
                .field(UINT64, "env.intercept", c -> c.cpu.intercept, (c, v) -> c.cpu.intercept = v)
                .field(
                        UINT16,
                        "env.intercept_cr_read",
                        c -> c.cpu.interceptCrRead,
                        (c, v) -> c.cpu.interceptCrRead = (int) v)
                .field(
                        UINT16,
                        "env.intercept_cr_write",
                        c -> c.cpu.interceptCrWrite,
                        (c, v) -> c.cpu.interceptCrWrite = (int) v)
                .field(
                        UINT16,
                        "env.intercept_dr_read",
                        c -> c.cpu.interceptDrRead,
                        (c, v) -> c.cpu.interceptDrRead = (int) v)
                .field(
                        UINT16,
                        "env.intercept_dr_write",
                        c -> c.cpu.interceptDrWrite,
                        (c, v) -> c.cpu.interceptDrWrite = (int) v)
                .field(
                        UINT32,
                        "env.intercept_exceptions",
                        c -> c.cpu.interceptExceptions,
                        (c, v) -> c.cpu.interceptExceptions = (int) v)
                .field(UINT8, "env.v_tpr", c -> c.cpu.vTpr, (c, v) -> c.cpu.vTpr = (int) v);
    }

    private static void addMemoryTypes(VmStateBuilder<CpuView> cpu) {
        cpu.array(
                        UINT64,
                        "env.mtrr_fixed",
                        11,
                        (c, i) -> c.cpu.mtrrFixed[i],
                        (c, i, v) -> c.cpu.mtrrFixed[i] = v)
                .field(
                        UINT64,
                        "env.mtrr_deftype",
                        c -> c.cpu.mtrrDefType,
                        (c, v) -> c.cpu.mtrrDefType = v)
                .structArray("env.mtrr_var", 8, MTRR_RANGE, CpuView::element);
    }

    private static void addEvents(VmStateBuilder<CpuView> cpu) {
        cpu.field(
                        INT32,
                        "env.interrupt_injected",
                        c -> c.cpu.interruptInjected,
                        (c, v) -> c.cpu.interruptInjected = (int) v)
                .field(
                        UINT32,
                        "env.mp_state",
                        c -> c.cpu.mpState,
                        (c, v) -> c.cpu.mpState = (int) v)
                .field(UINT64, "env.tsc", c -> c.cpu.tsc, (c, v) -> c.cpu.tsc = v)
                .field(
                        INT32,
                        "env.exception_nr",
                        c -> c.cpu.exceptionNumber,
                        (c, v) -> c.cpu.exceptionNumber = (int) v)
                .field(
                        UINT8,
                        "env.soft_interrupt",
                        c -> c.cpu.softInterrupt,
                        (c, v) -> c.cpu.softInterrupt = (int) v)
                .field(
                        UINT8,
                        "env.nmi_injected",
                        c -> c.cpu.nmiInjected,
                        (c, v) -> c.cpu.nmiInjected = (int) v)
                .field(
                        UINT8,
                        "env.nmi_pending",
                        c -> c.cpu.nmiPending,
                        (c, v) -> c.cpu.nmiPending = (int) v)
                .field(
                        UINT8,
                        "env.has_error_code",
                        c -> c.cpu.hasErrorCode,
                        (c, v) -> c.cpu.hasErrorCode = (int) v)
                .field(
                        UINT32,
                        "env.sipi_vector",
                        c -> c.cpu.sipiVector,
                        (c, v) -> c.cpu.sipiVector = (int) v);
    }

    private static void addMachineCheck(VmStateBuilder<CpuView> cpu) {
        cpu.field(UINT64, "env.mcg_cap", c -> c.cpu.mcgCap, (c, v) -> c.cpu.mcgCap = v)
                .field(
                        UINT64,
                        "env.mcg_status",
                        c -> c.cpu.mcgStatus,
                        (c, v) -> c.cpu.mcgStatus = v)
                .field(UINT64, "env.mcg_ctl", c -> c.cpu.mcgCtl, (c, v) -> c.cpu.mcgCtl = v)
                .array(
                        UINT64,
                        "env.mce_banks",
                        40,
                        (c, i) -> c.cpu.mceBanks[i],
                        (c, i, v) -> c.cpu.mceBanks[i] = v);
    }

    private static void addExtendedState(VmStateBuilder<CpuView> cpu) {
        cpu.field(UINT64, "env.tsc_aux", c -> c.cpu.tscAux, (c, v) -> c.cpu.tscAux = v)
                .field(
                        UINT64,
                        "env.system_time_msr",
                        c -> c.cpu.systemTimeMsr,
                        (c, v) -> c.cpu.systemTimeMsr = v)
                .field(
                        UINT64,
                        "env.wall_clock_msr",
                        c -> c.cpu.wallClockMsr,
                        (c, v) -> c.cpu.wallClockMsr = v)
                .field(UINT64, "env.xcr0", c -> c.cpu.xcr0, (c, v) -> c.cpu.xcr0 = v)
                .field(UINT64, "env.xstate_bv", c -> c.cpu.xstateBv, (c, v) -> c.cpu.xstateBv = v)
                .structArray("env.xmm_regs[1]", 16, YMM_HIGH_HALF, CpuView::element);
    }

    /** Two neighbouring words of one of a vCPU's arrays. */
    private static VmStateDescription<CpuView.Element> pair(
            String name, String low, String high, Function<CpuState, long[]> in) {
        return VmStateDescription.<CpuView.Element>named(name)
                .field(
                        UINT64,
                        low,
                        e -> in.apply(e.cpu())[e.low()],
                        (e, v) -> in.apply(e.cpu())[e.low()] = v)
                .field(
                        UINT64,
                        high,
                        e -> in.apply(e.cpu())[e.high()],
                        (e, v) -> in.apply(e.cpu())[e.high()] = v)
                .build();
    }

    private static boolean areFpuPointersSet(CpuState cpu) {
        return cpu.fpuOpcode != 0 || cpu.fpuInstructionPointer != 0 || cpu.fpuDataPointer != 0;
    }

    private static void setDefaults(CpuView view) {
        view.cpu.fpuOpcode = 0;
        view.cpu.fpuInstructionPointer = 0;
        view.cpu.fpuDataPointer = 0;
        view.cpu.tscKhz = 0;
        view.cpu.pollControlMsr = DEFAULT_POLL_CONTROL;
    }

    private static @Nullable String fault(CpuView view) {
        if ((view.loadedHiddenFlags & HF_NOT_REPRESENTED) != 0) {
            return "hflags=0x" + Integer.toHexString(view.loadedHiddenFlags);
        }
        if (view.loadedFpuFormat != 0) {
            return "fpregs_format=" + view.loadedFpuFormat;
        }
        if ((view.cpu.xcr0 & 1) == 0) {
            return "xcr0=0x" + Long.toHexString(view.cpu.xcr0);
        }
        if (view.cpu.mpState < 0 || view.cpu.mpState > HIGHEST_MP_STATE) {
            return "mp_state=" + Integer.toUnsignedString(view.cpu.mpState);
        }
        return null;
    }
}
