package io.jvmm.machine;

import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.ParameterValue;
import io.jvmm.monitor.MonitorEvent;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One of our own machines without vCPUs, and the statuses that its migration has come to. */
final class WatchedMachine implements AutoCloseable {
    private final VirtualMachine machine;
    private final Set<MigrationStatus> seen = EnumSet.noneOf(MigrationStatus.class);

    private WatchedMachine(boolean incoming, long ramBytes) {
        MachineConfig config =
                new MachineConfig(
                        "test",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.NONE, List.of(AcceleratorKind.INTERP), ramBytes, 1),
                        new GuestPayload.Empty(),
                        new MachineConfig.Startup(false, incoming));
        machine = new VirtualMachine(config, octet -> {}, DeviceDelays.NONE);
        machine.addEventListener(this::heard);
    }

    /** A machine that runs. */
    static WatchedMachine running(long ramBytes) {
        WatchedMachine made = new WatchedMachine(false, ramBytes);
        made.machine.start();
        return made;
    }

    /** A machine that waits for a guest, and ends when that fails. */
    static WatchedMachine waiting(long ramBytes) {
        return new WatchedMachine(true, ramBytes);
    }

    VirtualMachine vm() {
        return machine;
    }

    MigrationInfo info() {
        return machine.queryMigrate();
    }

    String error() {
        return String.valueOf(info().errorDesc());
    }

    void enable(Capability... capabilities) {
        for (Capability capability : capabilities) {
            machine.setCapabilities(Map.of(capability, true));
        }
    }

    void set(MigrationParameter parameter, long value) {
        machine.setParameters(Map.of(parameter, new ParameterValue.Unsigned(value)));
    }

    /** Listens; gives where. */
    String listen(String uri) {
        machine.migrateIncoming(uri, true);
        return String.valueOf(info().listenUri());
    }

    /** Migrates and waits for the outcome. */
    MigrationInfo migrate(String uri) throws InterruptedException {
        machine.migrate(uri);
        machine.awaitMigrationEnd();
        return info();
    }

    /** Waits until the migration has come to a status. */
    void await(MigrationStatus wanted) throws InterruptedException {
        synchronized (seen) {
            while (!seen.contains(wanted)) {
                seen.wait();
            }
        }
    }

    @Override
    public void close() {
        machine.close();
    }

    private void heard(MonitorEvent event) {
        if (event instanceof MonitorEvent.Migration(MigrationStatus status)) {
            synchronized (seen) {
                seen.add(status);
                seen.notifyAll();
            }
        }
    }
}
