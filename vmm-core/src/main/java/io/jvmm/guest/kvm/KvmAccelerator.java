package io.jvmm.guest.kvm;

import io.jvmm.guest.Accelerator;
import io.jvmm.guest.IoBus;
import io.jvmm.guest.VcpuEngine;
import io.jvmm.kvm.Kvm;
import io.jvmm.kvm.KvmCapability;
import io.jvmm.kvm.KvmVcpu;
import io.jvmm.kvm.KvmVm;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import java.util.EnumSet;
import java.util.Set;

/** The host's KVM as an accelerator. */
public final class KvmAccelerator implements Accelerator {
    private static final Set<KvmCapability> REQUIRED =
            EnumSet.complementOf(EnumSet.of(KvmCapability.TSC_CONTROL));

    /** Below 4 GiB and above any RAM of a guest without a memory hole; only Intel's KVM uses it. */
    private static final long TSS_ADDRESS = 0xFEFF_D000L;

    private final Kvm kvm;
    private final KvmVm vm;
    private final RamBlock ram;
    private final DirtyLog dirtyLog;

    /**
     * Opens KVM and makes a virtual machine.
     *
     * @param ram the guest's RAM, from guest-physical address 0 on; it stays mapped until this is
     *     closed
     * @throws io.jvmm.linux.SyscallException if {@code /dev/kvm} cannot be used
     * @throws IllegalStateException if the host's KVM lacks something; the message names it
     */
    public KvmAccelerator(RamBlock ram) {
        this.ram = ram;
        kvm = Kvm.open();
        try {
            requireCapabilities(kvm);
            vm = createVm(kvm, ram);
        } catch (RuntimeException e) {
            kvm.close();
            throw e;
        }
        dirtyLog = new KvmDirtyLog(vm, ram);
    }

    private static void requireCapabilities(Kvm kvm) {
        for (KvmCapability capability : REQUIRED) {
            if (kvm.checkExtension(capability) == 0) {
                throw new IllegalStateException(
                        "The host's KVM cannot do this: capability=" + capability);
            }
        }
    }

    private static KvmVm createVm(Kvm kvm, RamBlock ram) {
        KvmVm vm = kvm.createVm();
        try {
            vm.setTssAddress(TSS_ADDRESS);
            vm.enableManualDirtyLogClear();
            vm.setMemory(KvmDirtyLog.SLOT, 0, ram.memory(), false);
            return vm;
        } catch (RuntimeException e) {
            vm.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return "kvm";
    }

    @Override
    public VcpuEngine createVcpu(int index, IoBus bus) {
        KvmVcpu vcpu = vm.createVcpu(index);
        try {
            vcpu.setCpuid(ProcessorFeatures.forVcpu(kvm.supportedCpuid(), index));
            vcpu.setUpMachineCheck(ProcessorFeatures.machineCheck(kvm.machineCheckCapabilities()));
            return new KvmVcpuEngine(vcpu, bus, ram);
        } catch (RuntimeException e) {
            vcpu.close();
            throw e;
        }
    }

    @Override
    public DirtyLog dirtyLog() {
        return dirtyLog;
    }

    @Override
    public void close() {
        vm.close();
        kvm.close();
    }
}
