package io.jvmm.machine;

import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.kernel.GuestDevices;
import io.jvmm.kernel.OpeningWay;
import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RunState;
import io.jvmm.monitor.StressReport;
import io.jvmm.stream.NanoClock;
import io.jvmm.vfio.DeviceMigrationState;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A migration over tcp is aborted in each step of a device of the kernel: afterwards the source's
 * device runs, with all that was inside it, and the guest goes on and can be migrated.
 *
 * <p>The steps of such a device take no time, so {@link HeldDevice} makes them last. Both machines
 * are in this process, since it has to know when to abort.
 */
@Tag("kernel")
@Timeout(240)
@ParameterizedClass
@EnumSource
class DeviceAbortKernelTest {
    private static final String URI = "tcp:127.0.0.1:4445";
    private static final long MEMORY = 16 << 20;
    private static final long WORKING_SET = 1 << 20;
    private static final long BYTES_PER_SECOND = 1 << 20;
    private static final long LIMIT_MILLIS = 5_000;
    private static final long AMPLE_MILLIS = 60_000;
    private static final long POLL_NANOS = 2_000_000;

    private final OpeningWay way;
    private final Path homeDevice = GuestDevices.mttyTwoPorts().get(0);
    private final Path awayDevice = GuestDevices.mttyTwoPorts().get(1);

    DeviceAbortKernelTest(OpeningWay way) {
        this.way = way;
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING_P2P", "STOP", "STOP_COPY"})
    void shouldComeBackFromEachState(DeviceMigrationState state) throws InterruptedException {
        abortIn(state, false);
    }

    @ParameterizedTest
    @EnumSource(names = {"PRE_COPY_P2P", "STOP_COPY"})
    void shouldComeBackFromEachStateAfterPrecopy(DeviceMigrationState state)
            throws InterruptedException {
        abortIn(state, true);
    }

    private void abortIn(DeviceMigrationState state, boolean preCopy) throws InterruptedException {
        try (Machines machines = new Machines(preCopy)) {
            machines.home.holdIn(state);
            machines.migrate();
            machines.home.awaitHeld();
            assertThat(GuestDevices.state(homeDevice)).isEqualTo(state);
            machines.source.migrateCancel();
            assertThat(machines.source.runState()).isEqualTo(RunState.ROLLBACK_BLOCKED);
            machines.home.release();
            machines.requireBack();
            machines.requireMigratable();
        }
    }

    @Test
    void shouldComeBackFromAReadThatTakesLongerThanTheLimit() throws InterruptedException {
        try (Machines machines = new Machines(true)) {
            VirtualMachine source = machines.source;
            machines.limit(LIMIT_MILLIS);
            machines.home.holdInRead();
            machines.migrate();
            machines.home.awaitHeld();
            until(() -> source.runState() == RunState.ROLLBACK_BLOCKED);
            assertThat(source.queryMigrate().errorDesc())
                    .contains("the guest stays stopped", "flush of 0000:00:01.0/vfio");
            machines.home.release();
            machines.requireBack();
            assertThat(source.queryMigrate().errorDesc())
                    .contains("switchover limit of 5000 ms exceeded", "flush of 0000:00:01.0/vfio");
            machines.limit(AMPLE_MILLIS);
            machines.requireMigratable();
        }
    }

    /** The guest does not wait for the other device. */
    @Test
    void shouldComeBackFromTheLoadOfTheOtherDevice() throws InterruptedException {
        try (Machines machines = new Machines(true)) {
            machines.away.holdInLoad();
            machines.migrate();
            machines.away.awaitHeld();
            assertThat(GuestDevices.state(awayDevice)).isEqualTo(STOP);
            assertThat(machines.source.runState()).isEqualTo(RunState.FINISH_MIGRATE);
            machines.source.migrateCancel();
            machines.requireBack();
            machines.away.release();
            machines.requireMigratable();
        }
    }

    /** A machine whose guest runs, and one that waits for it. */
    private final class Machines implements AutoCloseable {
        private final HeldDevice home;
        private final HeldDevice away;
        private final VirtualMachine source;
        private VirtualMachine destination;

        Machines(boolean preCopy) {
            home = new HeldDevice(preCopy);
            away = new HeldDevice(preCopy);
            source =
                    machine(
                            new GuestPayload.Stress(WORKING_SET, BYTES_PER_SECOND, 1),
                            homeDevice,
                            home);
            destination = machine(new GuestPayload.Empty(), awayDevice, away);
            source.setCapabilities(
                    Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));
            limit(AMPLE_MILLIS);
            source.start();
            awaitBytes(source);
        }

        void migrate() {
            destination.migrateIncoming(URI, false);
            source.migrate(URI);
        }

        void limit(long millis) {
            source.setParameters(
                    Map.of(MigrationParameter.DOWNTIME_LIMIT, new ParameterValue.Unsigned(millis)));
        }

        void requireBack() throws InterruptedException {
            source.awaitMigrationEnd();
            assertThat(source.queryMigrate().status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(GuestDevices.state(homeDevice)).isEqualTo(RUNNING);
            assertThat(source.runState()).isEqualTo(RunState.RUNNING);
            assertThat(destination.runState()).isNotEqualTo(RunState.RUNNING);
            awaitBytes(source);
        }

        /** A fresh machine takes the guest, and the device that the one before it had. */
        void requireMigratable() throws InterruptedException {
            destination.close();
            destination = machine(new GuestPayload.Empty(), awayDevice, away);
            migrate();
            source.awaitMigrationEnd();
            assertThat(source.queryMigrate().status())
                    .as(source.queryMigrate().errorDesc())
                    .isEqualTo(MigrationStatus.COMPLETED);
            awaitBytes(destination);
        }

        @Override
        public void close() {
            home.release();
            away.release();
            source.close();
            destination.close();
        }
    }

    private VirtualMachine machine(GuestPayload payload, Path device, HeldDevice hold) {
        DeviceConfig onBus =
                new DeviceConfig.VfioKernel(
                        device.toString(), way == OpeningWay.CDEV, "", DeviceConfig.NEXT_FREE_SLOT);
        MachineConfig config =
                new MachineConfig(
                        "test",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM,
                                List.of(AcceleratorKind.INTERP),
                                MEMORY,
                                1,
                                List.of(onBus)),
                        payload,
                        new MachineConfig.Startup(false, payload instanceof GuestPayload.Empty));
        return new VirtualMachine(
                config,
                octet -> {},
                DeviceDelays.NONE,
                new VirtualMachine.Environment(
                        NanoClock.system(),
                        _ -> hold.before(way.open(device)),
                        Rehearsal::ensureDone));
    }

    /** More bytes come back to the guest from its device, and each is the one that is due. */
    private static void awaitBytes(VirtualMachine machine) {
        long before = bytes(machine);
        until(() -> bytes(machine) > before);
    }

    private static long bytes(VirtualMachine machine) {
        StressReport report = machine.queryStress();
        assertThat(report.uarts().errors()).as("errors: %s", report).isZero();
        assertThat(report.wrongPages()).as("pages: %s", report).isZero();
        return report.uarts().bytes();
    }

    private static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new AssertionError("Waited in vain.");
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
