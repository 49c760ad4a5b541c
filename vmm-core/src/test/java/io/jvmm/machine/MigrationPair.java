package io.jvmm.machine;

import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RunState;
import io.jvmm.monitor.StressReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Two virtual machines of one kind: one with the stress guest, running, and one that waits for it.
 */
final class MigrationPair implements AutoCloseable {
    static final long MEMORY = 16 << 20;
    static final long WORKING_SET = 2 << 20;

    private final AcceleratorKind accelerator;
    private final Devices devices;
    private final Path directory;
    private VirtualMachine home;
    private VirtualMachine away;

    MigrationPair(AcceleratorKind accelerator, long bytesPerSecond) {
        this(accelerator, bytesPerSecond, 0);
    }

    /** The source's save of its devices is slow on purpose. */
    MigrationPair(AcceleratorKind accelerator, long bytesPerSecond, long saveDelayMillis) {
        this(accelerator, bytesPerSecond, saveDelayMillis, Devices.NONE);
    }

    /** Both have devices on their PCI bus, serial ports that the guest uses. */
    MigrationPair(AcceleratorKind accelerator, long bytesPerSecond, Devices devices) {
        this(accelerator, bytesPerSecond, 0, devices);
    }

    private MigrationPair(
            AcceleratorKind accelerator,
            long bytesPerSecond,
            long saveDelayMillis,
            Devices devices) {
        this.accelerator = accelerator;
        this.devices = devices;
        try {
            directory = Files.createTempDirectory("jvmm-pair");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        home =
                machine(
                        new GuestPayload.Stress(WORKING_SET, bytesPerSecond, devices.home().size()),
                        false,
                        devices.home(),
                        new DeviceDelays(saveDelayMillis, 0));
        away = waiting(0);
        home.start();
    }

    /** What the two machines have on their buses. */
    record Devices(List<DeviceConfig> home, List<DeviceConfig> away) {
        static final Devices NONE = new Devices(List.of(), List.of());
    }

    /** The machine with the guest. */
    VirtualMachine source() {
        return home;
    }

    /** The machine that waits for it. */
    VirtualMachine destination() {
        return away;
    }

    Path socket() {
        return directory.resolve("migration.sock");
    }

    Path proxySocket() {
        return directory.resolve("proxy.sock");
    }

    /** A fresh machine waits in the place of the one that did. */
    void renewDestination(long loadDelayMillis) {
        away.close();
        away = waiting(loadDelayMillis);
    }

    /** After a completed migration: the guest's machine is the source. */
    void swap() {
        VirtualMachine before = home;
        home = away;
        away = before;
    }

    /** Switches capabilities on, for the source. */
    void enable(Capability... capabilities) {
        Map<Capability, Boolean> changes = new HashMap<>();
        for (Capability capability : capabilities) {
            changes.put(capability, true);
        }
        home.setCapabilities(changes);
    }

    void set(MigrationParameter parameter, long value) {
        home.setParameters(Map.of(parameter, new ParameterValue.Unsigned(value)));
    }

    /** However slow devices have been: for tests that want them to overrun again and again. */
    void stopByBareRule() {
        home.setParameters(
                Map.of(
                        MigrationParameter.SWITCHOVER_POLICY,
                        new ParameterValue.Text("downtime-limit")));
    }

    /** Migrates through the pair's socket and waits for the outcome. */
    void migrate() throws InterruptedException {
        listen();
        home.migrate("unix:" + socket());
        home.awaitMigrationEnd();
    }

    void listen() {
        away.migrateIncoming("unix:" + socket(), false);
    }

    /** Waits until the guest has done some work in this machine. */
    static long awaitProgress(VirtualMachine machine) {
        long before = machine.queryStress().work();
        long now = before;
        while (now <= before) {
            now = machine.queryStress().work();
        }
        return now;
    }

    /** Waits until the guest is stopped for the switchover, or the migration is over already. */
    static void awaitSwitchover(VirtualMachine machine) {
        while (machine.runState() != RunState.FINISH_MIGRATE
                && machine.queryMigrate().status().isRunning()) {
            Thread.onSpinWait();
        }
    }

    /** Who runs the guest: exactly one of the two, or an error. */
    VirtualMachine runner() {
        boolean here = home.runState() == RunState.RUNNING;
        boolean there = away.runState() == RunState.RUNNING;
        if (here == there) {
            throw new AssertionError(
                    "One side must run: source="
                            + home.runState()
                            + " destination="
                            + away.runState());
        }
        return here ? home : away;
    }

    /** The guest's and our own look at every page, and the guest's at its serial ports. */
    static StressReport verify(VirtualMachine machine) {
        StressReport report = machine.queryStress();
        if (report.wrongPages() != 0 || report.uarts().errors() != 0) {
            throw new AssertionError("Pages or bytes are wrong: " + report);
        }
        return report;
    }

    @Override
    public void close() {
        home.close();
        away.close();
        try {
            Files.deleteIfExists(socket());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private VirtualMachine waiting(long loadDelayMillis) {
        return machine(
                new GuestPayload.Empty(),
                true,
                devices.away(),
                new DeviceDelays(0, loadDelayMillis));
    }

    private VirtualMachine machine(
            GuestPayload payload, boolean incoming, List<DeviceConfig> onBus, DeviceDelays delays) {
        MachineConfig config =
                new MachineConfig(
                        "test",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM, List.of(accelerator), MEMORY, 1, onBus),
                        payload,
                        new MachineConfig.Startup(false, incoming));
        return new VirtualMachine(config, octet -> {}, delays);
    }
}
