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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Guests that are moved once each over a line that varies, under one policy. */
final class AdmissionStage implements AutoCloseable {
    private static final long MEMORY = 64 << 20;
    private static final long WORKING_SET = 24 << 20;
    private static final long DIRTY_BYTES_PER_SECOND = 8 << 20;

    /** No migration takes longer, unless it is never admitted. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final AdmissionOptions options;
    private final String policy;
    private final Path directory;

    AdmissionStage(AdmissionOptions options, String policy) throws IOException {
        this.options = options;
        this.policy = policy;
        directory = Files.createTempDirectory("jvmm-admission");
    }

    /** One migration from its start to its end; what was learned goes on in a file. */
    MigrationInfo migrateOnce(long seed) throws InterruptedException {
        Path socket = directory.resolve("socket");
        try (VirtualMachine source = machine(false);
                VirtualMachine destination = machine(true);
                VaryingLink link = new VaryingLink(directory.resolve("proxy"), socket, seed)) {
            source.setCapabilities(
                    Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));
            source.setParameters(parameters());
            destination.migrateIncoming("unix:" + socket, false);
            source.start();
            source.migrate(link.uri());
            Thread watchdog = Thread.ofPlatform().daemon().start(() -> cancelLate(source));
            source.awaitMigrationEnd();
            watchdog.interrupt();
            return source.queryMigrate();
        }
    }

    private static void cancelLate(VirtualMachine source) {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!Thread.currentThread().isInterrupted() && System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
        }
        if (!Thread.currentThread().isInterrupted()) {
            source.migrateCancel();
        }
    }

    private Map<MigrationParameter, ParameterValue> parameters() {
        return Map.of(
                MigrationParameter.DOWNTIME_LIMIT,
                new ParameterValue.Unsigned(options.downtimeMillis()),
                MigrationParameter.SWITCHOVER_LIMIT,
                new ParameterValue.Unsigned(options.moreMillis()),
                MigrationParameter.MAX_BANDWIDTH,
                new ParameterValue.Unsigned(0),
                MigrationParameter.SWITCHOVER_POLICY,
                new ParameterValue.Text(policy),
                MigrationParameter.SWITCHOVER_STATE_FILE,
                new ParameterValue.Text(directory.resolve("state").toString()));
    }

    private static VirtualMachine machine(boolean incoming) {
        MachineConfig config =
                new MachineConfig(
                        incoming ? "destination" : "source",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM, List.of(AcceleratorKind.INTERP), MEMORY, 1),
                        new GuestPayload.Stress(WORKING_SET, DIRTY_BYTES_PER_SECOND),
                        new MachineConfig.Startup(false, incoming));
        return new VirtualMachine(config, octet -> {}, DeviceDelays.NONE);
    }

    @Override
    public void close() throws IOException {
        for (String name : List.of("socket", "proxy", "state")) {
            Files.deleteIfExists(directory.resolve(name));
        }
        Files.deleteIfExists(directory);
    }
}
