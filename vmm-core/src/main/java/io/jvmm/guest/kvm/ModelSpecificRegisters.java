package io.jvmm.guest.kvm;

import io.jvmm.guest.CpuState;
import io.jvmm.kvm.KvmMsrs;
import io.jvmm.kvm.KvmVcpu;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

/**
 * KVM_GET_MSRS and KVM_SET_MSRS: all registers of a {@link CpuState} that this KVM has, in one
 * request. Which it has is found out when the vCPU is made. A value that KVM refuses when loading
 * is left out with a warning, since hosts differ in what they accept.
 */
final class ModelSpecificRegisters implements StatePart {
    private static final System.Logger LOG =
            System.getLogger(ModelSpecificRegisters.class.getName());

    private static final int MTRR_VARIABLE = 0x200;
    private static final int[] MTRR_FIXED = {
        0x250, 0x258, 0x259, 0x268, 0x269, 0x26A, 0x26B, 0x26C, 0x26D, 0x26E, 0x26F
    };
    private static final int MTRR_VARIABLE_COUNT = 16;
    private static final int MACHINE_CHECK_BANKS = 0x400;
    private static final int MACHINE_CHECK_REGISTERS = 40;

    /** A register and the field that holds it. */
    private record Msr(
            int index, ToLongFunction<CpuState> field, ObjLongConsumer<CpuState> setter) {}

    private final List<Msr> registers = new ArrayList<>();
    private final KvmMsrs read;
    private final KvmMsrs written;

    ModelSpecificRegisters(SegmentAllocator allocator, KvmVcpu vcpu) {
        KvmMsrs probe = new KvmMsrs(allocator, 1);
        for (Msr register : all()) {
            probe.clear();
            probe.add(register.index, 0);
            if (vcpu.getMsrs(probe) == 1 && vcpu.setMsrs(probe) == 1) {
                registers.add(register);
            }
        }
        read = new KvmMsrs(allocator, registers.size());
        registers.forEach(register -> read.add(register.index, 0));
        written = new KvmMsrs(allocator, registers.size());
    }

    @Override
    public void save(KvmVcpu vcpu, CpuState to) {
        int count = vcpu.getMsrs(read);
        for (int i = 0; i < count; i++) {
            registers.get(i).setter.accept(to, read.value(i));
        }
    }

    @Override
    public void load(KvmVcpu vcpu, CpuState from) {
        written.clear();
        for (int i = 0; i < registers.size(); i++) {
            Msr register = registers.get(i);
            written.add(register.index, register.field.applyAsLong(from));
        }
        for (int done = vcpu.setMsrs(written);
                done < written.count();
                done = vcpu.setMsrs(written)) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "KVM refuses the value of a model specific register: msr=0x%x value=0x%x"
                            .formatted(written.index(done), written.value(done)));
            written.removeFirst(done + 1);
        }
    }

    private static List<Msr> all() {
        List<Msr> all = new ArrayList<>(systemCalls());
        all.addAll(paravirtual());
        addMemoryTypes(all);
        addMachineCheck(all);
        all.add(new Msr(0xC001_0117, s -> s.vmHsave, (s, v) -> s.vmHsave = v));
        all.add(new Msr(0xC000_0103, s -> s.tscAux, (s, v) -> s.tscAux = v));
        all.add(new Msr(0x10, s -> s.tsc, (s, v) -> s.tsc = v)); // last, so that it is the freshest
        return all;
    }

    private static List<Msr> systemCalls() {
        return List.of(
                new Msr(
                        0x174,
                        s -> Integer.toUnsignedLong(s.sysenterCs),
                        (s, v) -> s.sysenterCs = (int) v),
                new Msr(0x175, s -> s.sysenterEsp, (s, v) -> s.sysenterEsp = v),
                new Msr(0x176, s -> s.sysenterEip, (s, v) -> s.sysenterEip = v),
                new Msr(0xC000_0081, s -> s.star, (s, v) -> s.star = v),
                new Msr(0xC000_0082, s -> s.lstar, (s, v) -> s.lstar = v),
                new Msr(0xC000_0083, s -> s.cstar, (s, v) -> s.cstar = v),
                new Msr(0xC000_0084, s -> s.fmask, (s, v) -> s.fmask = v),
                new Msr(0xC000_0102, s -> s.kernelGsBase, (s, v) -> s.kernelGsBase = v));
    }

    private static List<Msr> paravirtual() {
        return List.of(
                new Msr(0x4B56_4D00, s -> s.wallClockMsr, (s, v) -> s.wallClockMsr = v),
                new Msr(0x4B56_4D01, s -> s.systemTimeMsr, (s, v) -> s.systemTimeMsr = v),
                new Msr(0x4B56_4D05, s -> s.pollControlMsr, (s, v) -> s.pollControlMsr = v));
    }

    private static void addMemoryTypes(List<Msr> all) {
        all.add(new Msr(0x277, s -> s.pat, (s, v) -> s.pat = v));
        all.add(new Msr(0x2FF, s -> s.mtrrDefType, (s, v) -> s.mtrrDefType = v));
        for (int i = 0; i < MTRR_FIXED.length; i++) {
            int field = i;
            all.add(
                    new Msr(
                            MTRR_FIXED[i],
                            s -> s.mtrrFixed[field],
                            (s, v) -> s.mtrrFixed[field] = v));
        }
        for (int i = 0; i < MTRR_VARIABLE_COUNT; i++) {
            int field = i;
            all.add(
                    new Msr(
                            MTRR_VARIABLE + i,
                            s -> s.mtrrVar[field],
                            (s, v) -> s.mtrrVar[field] = v));
        }
    }

    private static void addMachineCheck(List<Msr> all) {
        all.add(new Msr(0x17A, s -> s.mcgStatus, (s, v) -> s.mcgStatus = v));
        all.add(new Msr(0x17B, s -> s.mcgCtl, (s, v) -> s.mcgCtl = v));
        for (int i = 0; i < MACHINE_CHECK_REGISTERS; i++) {
            int field = i;
            all.add(
                    new Msr(
                            MACHINE_CHECK_BANKS + i,
                            s -> s.mceBanks[field],
                            (s, v) -> s.mceBanks[field] = v));
        }
    }
}
