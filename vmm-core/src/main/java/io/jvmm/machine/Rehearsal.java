package io.jvmm.machine;

import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import io.jvmm.stream.NanoClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Walks, once in a process and before its first migration, through whole migrations of scratch
 * machines, completed ones and one that its deadline aborts: afterwards every class of the way is
 * loaded and its code is warm. Ends with a collection, so that none is due during the switchover.
 *
 * <p>Bounded by {@link #BOX}; a rehearsal that fails is logged and costs nothing but warmth.
 */
final class Rehearsal {
    private static final System.Logger LOG = System.getLogger(Rehearsal.class.getName());
    private static final Duration BOX = Duration.ofMillis(1500);
    private static final int ROUNDS = 8;
    private static final long MEMORY = 4 << 20;
    private static final long WORKING_SET = 256 << 10;

    private Rehearsal() {}

    /** Returns once the process has rehearsed; the first caller does it. */
    static void ensureDone() {
        Once.perform();
    }

    /** Initialized once, by whoever comes first; the others wait for it. */
    private static final class Once {
        static {
            rehearse();
        }

        static void perform() {}
    }

    private static void rehearse() {
        long begin = System.nanoTime();
        try {
            Path directory = Files.createTempDirectory("jvmm-rehearsal");
            try {
                for (int i = 0; i < ROUNDS && System.nanoTime() - begin < BOX.toNanos(); i++) {
                    migrate(directory.resolve("socket"), i == 1);
                }
            } finally {
                Files.deleteIfExists(directory.resolve("socket"));
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "The rehearsal of a migration failed.", e);
        }
        System.gc();
        LOG.log(Level.DEBUG, "Rehearsed. millis={0}", (System.nanoTime() - begin) / 1_000_000);
    }

    private static void migrate(Path socket, boolean overrun) throws InterruptedException {
        try (VirtualMachine source = scratch(false);
                VirtualMachine destination = scratch(true)) {
            source.setCapabilities(
                    Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));
            if (overrun) {
                source.setParameters(
                        Map.of(
                                MigrationParameter.DOWNTIME_LIMIT,
                                new ParameterValue.Unsigned(0),
                                MigrationParameter.SWITCHOVER_POLICY,
                                new ParameterValue.Text("downtime-limit")));
            }
            source.start();
            String uri = "unix:" + socket;
            destination.migrateIncoming(uri, false);
            source.migrate(uri);
            source.awaitMigrationEnd();
        }
    }

    private static VirtualMachine scratch(boolean incoming) {
        MachineConfig config =
                new MachineConfig(
                        "rehearsal",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM, List.of(AcceleratorKind.INTERP), MEMORY, 1),
                        new GuestPayload.Stress(WORKING_SET, 0),
                        new MachineConfig.Startup(false, incoming));
        return new VirtualMachine(
                config,
                octet -> {},
                DeviceDelays.NONE,
                new VirtualMachine.Environment(NanoClock.system(), VfioOpener::open, () -> {}));
    }
}
