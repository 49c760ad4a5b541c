package io.jvmm.benchmarks;

import io.jvmm.machine.AcceleratorKind;
import io.jvmm.machine.DeviceConfig;
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
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * A running guest whose migrations all overrun their limit: the source stays, each destination is
 * made anew and takes too long to load its first device. Devices, if any, are served by this
 * process; a destination's are used again by the next. The guest leaves them alone: it reads its
 * clock all the time.
 */
final class AbortStage implements AutoCloseable {
    /** Far beyond any limit; the load ends when the guest is given up. */
    private static final long LOAD_MILLIS = 10_000;

    /** Reckoned with at the admission, which is not what is measured here. */
    private static final long BANDWIDTH = 1L << 30;

    private final AcceleratorKind accelerator;
    private final Path directory;
    private final Path socket;
    private final DeviceServer home;
    private final DeviceServer away;
    private final VirtualMachine source;

    AbortStage(AcceleratorKind accelerator, int devices, int limitMillis, NanoClock guestClock)
            throws IOException {
        this.accelerator = accelerator;
        directory = Files.createTempDirectory("jvmm-abort");
        socket = directory.resolve("socket");
        home = serve("home", devices);
        away = serve("away", devices);
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
                        // One that learns would not stop the guest a second time.
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
        home.close();
        away.close();
        Files.deleteIfExists(socket);
        Files.delete(directory);
    }

    private DeviceServer serve(String side, int count) {
        return DeviceServer.start(
                IntStream.range(0, count)
                        .mapToObj(i -> directory.resolve(side + "-" + i))
                        .map(path -> new DeviceServer.Offer(path, DeviceProgram.uart()))
                        .toList());
    }

    private static List<DeviceConfig> configs(DeviceServer server) {
        return server.devices().stream()
                .<DeviceConfig>map(device ->
                        new DeviceConfig.VfioUser(device.socket(), "", DeviceConfig.NEXT_FREE_SLOT))
                .toList();
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
                                1,
                                configs(incoming ? away : home)),
                        new GuestPayload.Stress(
                                StressMachine.WORKING_SET_BYTES, StressMachine.BYTES_PER_SECOND),
                        new MachineConfig.Startup(false, incoming));
        return new VirtualMachine(config, octet -> {}, delays, clock);
    }
}
