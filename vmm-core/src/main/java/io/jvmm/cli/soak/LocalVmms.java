package io.jvmm.cli.soak;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.machine.GuestPayload;
import io.jvmm.machine.MachineConfig;
import io.jvmm.machine.MachineType;
import io.jvmm.machine.VirtualMachine;
import io.jvmm.migration.DeviceDelays;
import java.util.List;

/** Both sides in this process. */
final class LocalVmms implements VmmFactory {
    private static final GuestPayload GUEST =
            new GuestPayload.Stress(SoakGuest.WORKING_SET, SoakGuest.BYTES_PER_SECOND);

    private final AcceleratorKind accelerator;

    LocalVmms(AcceleratorKind accelerator) {
        this.accelerator = accelerator;
    }

    @Override
    public Vmm withGuest(DeviceDelays delays) {
        return make(GUEST, delays, false);
    }

    @Override
    public Vmm waiting(DeviceDelays delays) {
        return make(new GuestPayload.Empty(), delays, true);
    }

    private Vmm make(GuestPayload payload, DeviceDelays delays, boolean incoming) {
        MachineConfig.Hardware hardware =
                new MachineConfig.Hardware(
                        MachineType.MICROVM, List.of(accelerator), SoakGuest.MEMORY, 1);
        MachineConfig config =
                new MachineConfig(
                        "soak",
                        MachineConfig.NO_UUID,
                        hardware,
                        payload,
                        new MachineConfig.Startup(false, incoming));
        return new LocalVmm(new VirtualMachine(config, octet -> {}, delays));
    }
}
