package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RunState;
import io.jvmm.stream.NanoClock;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Between the stop and the outcome the migration thread allocates nothing: counted by the VM
 * itself, at every look at the clock that the thread takes in a switchover.
 */
class SwitchoverAllocationTest {
    private static final int WARM_UP = 12;
    private static final long AMPLE_MILLIS = 20_000;

    /** Looks at the clock behind the switchover: its last word, and the end of the migration. */
    private static final int LOOKS_BEHIND = 4;

    @TempDir Path directory;

    private final AllocationClock clock = new AllocationClock();

    @Test
    void shouldAllocateNothingBetweenTheStopAndTheOutcome()
            throws InterruptedException, IOException {
        assertThat(leastAllocated(List.of(), List.of())).isZero();
    }

    /** The device is read in PRE_COPY, stopped in its steps, and read to its end. */
    @Test
    void shouldAllocateNothingForADeviceEither() throws InterruptedException, IOException {
        Path home = directory.resolve("home");
        Path away = directory.resolve("away");
        DeviceProgram program = DeviceProgram.uart().withStateSize(1 << 20);
        try (DeviceServer _ =
                DeviceServer.start(
                        List.of(
                                new DeviceServer.Offer(home, program),
                                new DeviceServer.Offer(away, program)))) {
            assertThat(leastAllocated(List.of(at(home)), List.of(at(away)))).isZero();
        }
    }

    private static DeviceConfig at(Path socket) {
        return new DeviceConfig.VfioUser(socket, "", DeviceConfig.NEXT_FREE_SLOT);
    }

    private long leastAllocated(List<DeviceConfig> home, List<DeviceConfig> away)
            throws InterruptedException, IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < WARM_UP; i++) {
            clock.begin();
            migrateOnce(home, away);
            least = Math.min(least, clock.allocatedSinceTheStop());
        }
        return least;
    }

    private void migrateOnce(List<DeviceConfig> home, List<DeviceConfig> away)
            throws InterruptedException, IOException {
        GuestPayload stress = new GuestPayload.Stress(1 << 20, 1 << 20, home.size());
        try (VirtualMachine source = machine(stress, false, home, clock);
                VirtualMachine destination =
                        machine(new GuestPayload.Empty(), true, away, NanoClock.system())) {
            source.setCapabilities(
                    Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));
            source.setParameters(
                    Map.of(
                            MigrationParameter.DOWNTIME_LIMIT,
                            new ParameterValue.Unsigned(AMPLE_MILLIS)));
            source.start();
            String uri = "unix:" + directory.resolve("socket");
            destination.migrateIncoming(uri, false);
            clock.machine = source;
            source.migrate(uri);
            source.awaitMigrationEnd();
            assertThat(destination.runState()).isEqualTo(RunState.RUNNING);
        }
        Files.deleteIfExists(directory.resolve("socket"));
    }

    private static VirtualMachine machine(
            GuestPayload payload, boolean incoming, List<DeviceConfig> devices, NanoClock clock) {
        MachineConfig config =
                new MachineConfig(
                        "test",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM,
                                List.of(AcceleratorKind.INTERP),
                                8 << 20,
                                1,
                                devices),
                        payload,
                        new MachineConfig.Startup(false, incoming));
        return new VirtualMachine(
                config, octet -> {}, DeviceDelays.NONE, VirtualMachine.Environment.on(clock));
    }

    /**
     * The system's clock, which takes down what the migration thread had allocated at each look.
     */
    private static final class AllocationClock implements NanoClock {
        private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        private final long[] allocated = new long[4096];
        private volatile int looks;
        private volatile @Nullable VirtualMachine machine;

        void begin() {
            looks = 0;
            machine = null;
        }

        long allocatedSinceTheStop() {
            return allocated[looks - 1 - LOOKS_BEHIND] - allocated[0];
        }

        @Override
        @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
        public long nanoTime() {
            VirtualMachine watched = machine;
            if (watched != null
                    && Thread.currentThread().getName().equals("migration")
                    && watched.runState() != RunState.RUNNING) {
                allocated[looks++] = threads.getCurrentThreadAllocatedBytes();
            }
            return System.nanoTime();
        }
    }
}
