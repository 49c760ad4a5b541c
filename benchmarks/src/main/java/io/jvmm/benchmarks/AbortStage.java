package io.jvmm.benchmarks;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.machine.GuestPayload;
import io.jvmm.machine.MachineConfig;
import io.jvmm.machine.MachineType;
import io.jvmm.machine.VirtualMachine;
import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import io.jvmm.monitor.StressReport;
import io.jvmm.stream.NanoClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A running guest whose migrations all overrun their limit: the source stays, each destination is
 * made anew and takes too long to load its first device.
 */
final class AbortStage implements AutoCloseable {
    /** Far beyond any limit; the load ends when the guest is given up. */
    private static final long LOAD_MILLIS = 10_000;

    /** Reckoned with at the admission, which is not what is measured here. */
    private static final long BANDWIDTH = 1L << 30;

    private final AcceleratorKind accelerator;
    private final Path directory;
    private final Path socket;
    private final VirtualMachine source;

    AbortStage(AcceleratorKind accelerator, int limitMillis, NanoClock guestClock)
            throws IOException {
        this.accelerator = accelerator;
        directory = Files.createTempDirectory("jvmm-abort");
        socket = directory.resolve("socket");
        source = machine(false, DeviceDelays.NONE, guestClock);
        source.setCapabilities(
                Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));
        source.setParameters(
                Map.of(
                        MigrationParameter.DOWNTIME_LIMIT,
                        new ParameterValue.Unsigned(limitMillis),
                        MigrationParameter.MAX_BANDWIDTH,
                        new ParameterValue.Unsigned(0),
                        MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH,
                        new ParameterValue.Unsigned(BANDWIDTH),
                        MigrationParameter.SWITCHOVER_POLICY,
                        new ParameterValue.Text("downtime-limit")));
        source.start();
    }

    String acceleratorName() {
        return source.acceleratorName();
    }

    /** One migration from its start to its end, which should be an abort. */
    MigrationInfo abortOnce() throws InterruptedException {
        DeviceDelays slow = new DeviceDelays(0, LOAD_MILLIS);
        try (VirtualMachine destination = machine(true, slow, NanoClock.system())) {
            String uri = "unix:" + socket;
            destination.migrateIncoming(uri, false);
            source.migrate(uri);
            source.awaitMigrationEnd();
            return source.queryMigrate();
        }
    }

    /** The guest's own view, and a look at each of its pages. */
    StressReport report() {
        return source.queryStress();
    }

    @Override
    public void close() throws IOException {
        source.close();
        Files.deleteIfExists(socket);
        Files.delete(directory);
    }

    private VirtualMachine machine(boolean incoming, DeviceDelays delays, NanoClock clock) {
        MachineConfig config =
                new MachineConfig(
                        incoming ? "destination" : "source",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM,
                                List.of(accelerator),
                                StressMachine.MEMORY_BYTES,
                                1),
                        new GuestPayload.Stress(
                                StressMachine.WORKING_SET_BYTES, StressMachine.BYTES_PER_SECOND),
                        new MachineConfig.Startup(false, incoming));
        return new VirtualMachine(config, octet -> {}, delays, clock);
    }
}
