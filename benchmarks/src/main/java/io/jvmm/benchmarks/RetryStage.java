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
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RamInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A running guest whose devices are slow to save: every switchover overruns its limit until the
 * limit is raised.
 */
final class RetryStage implements AutoCloseable {
    static final long MEMORY_BYTES = 256 << 20;
    static final long WORKING_SET_BYTES = 128 << 20;
    static final long BYTES_PER_SECOND = 32 << 20;

    private static final long SAVE_MILLIS = 300;
    private static final long SHORT_MILLIS = 100;
    private static final long AMPLE_MILLIS = 10_000;
    private static final long POLL_NANOS = 1_000_000;
    private static final long LOOK_NANOS = 200_000_000;

    /** Reckoned with at the admission: the RAM that is left fits the short limit. */
    private static final long BANDWIDTH = 200 << 20;

    private final Path directory;
    private final Path socket;
    private final VirtualMachine source;
    private VirtualMachine destination;

    /**
     * What it took to move the guest.
     *
     * @param migrations from their connection to their end
     * @param stops how often the guest was stopped
     * @param bytes of RAM that were sent
     * @param totalMillis of all migrations
     */
    record Cost(int migrations, int stops, long bytes, long totalMillis) {
        private Cost plus(Cost other) {
            return new Cost(
                    migrations + other.migrations,
                    stops + other.stops,
                    bytes + other.bytes,
                    totalMillis + other.totalMillis);
        }
    }

    RetryStage() throws IOException {
        directory = Files.createTempDirectory("jvmm-retry");
        socket = directory.resolve("socket");
        source = machine(false, new DeviceDelays(SAVE_MILLIS, 0));
        destination = machine(true, DeviceDelays.NONE);
        source.setCapabilities(
                Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));
        set(MigrationParameter.MAX_BANDWIDTH, 0);
        set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, BANDWIDTH);
        source.setParameters(
                Map.of(
                        MigrationParameter.SWITCHOVER_POLICY,
                        new ParameterValue.Text("downtime-limit")));
        set(MigrationParameter.DOWNTIME_LIMIT, SHORT_MILLIS);
        source.start();
        while (source.queryStress().work() < WORKING_SET_BYTES / RamInfo.PAGE_SIZE) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** One migration, which goes on after each abort. */
    Cost retrying(int aborts) throws InterruptedException {
        set(MigrationParameter.SWITCHOVER_ATTEMPTS, 0);
        begin();
        while (source.handoverQuery().attempt() <= aborts
                && source.queryMigrate().status().isRunning()) {
            LockSupport.parkNanos(POLL_NANOS);
        }
        set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
        return end(MigrationStatus.COMPLETED);
    }

    /** One migration for each attempt. */
    Cost anew(int aborts) throws InterruptedException {
        set(MigrationParameter.SWITCHOVER_ATTEMPTS, 1);
        Cost sum = new Cost(0, 0, 0, 0);
        for (int i = 0; i < aborts; i++) {
            begin();
            sum = sum.plus(end(MigrationStatus.CANCELLED));
            destination.close();
            destination = machine(true, DeviceDelays.NONE);
        }
        set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
        begin();
        return sum.plus(end(MigrationStatus.COMPLETED));
    }

    @Override
    public void close() throws IOException {
        source.close();
        destination.close();
        Files.deleteIfExists(socket);
        Files.delete(directory);
    }

    private void begin() {
        String uri = "unix:" + socket;
        destination.migrateIncoming(uri, false);
        source.migrate(uri);
    }

    private Cost end(MigrationStatus wanted) throws InterruptedException {
        source.awaitMigrationEnd();
        MigrationInfo info = source.queryMigrate();
        RamInfo ram = info.ram();
        MigrationInfo.Times times = info.times();
        if (info.status() != wanted || ram == null || times == null) {
            throw new IllegalStateException("Not " + wanted + ": " + info);
        }
        return new Cost(1, source.handoverQuery().attempt(), ram.transferred(), times.total());
    }

    private void set(MigrationParameter parameter, long value) {
        source.setParameters(Map.of(parameter, new ParameterValue.Unsigned(value)));
    }

    private static VirtualMachine machine(boolean incoming, DeviceDelays delays) {
        MachineConfig config =
                new MachineConfig(
                        incoming ? "destination" : "source",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM,
                                List.of(AcceleratorKind.INTERP),
                                MEMORY_BYTES,
                                1),
                        new GuestPayload.Stress(WORKING_SET_BYTES, BYTES_PER_SECOND),
                        new MachineConfig.Startup(false, incoming));
        return new VirtualMachine(config, octet -> {}, delays);
    }
}
