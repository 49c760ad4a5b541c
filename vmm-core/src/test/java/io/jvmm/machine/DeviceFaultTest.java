package io.jvmm.machine;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY_P2P;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Errno;
import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.server.ArcOutcome;
import io.jvmm.vfio.user.server.DataFault;
import io.jvmm.vfio.user.server.DeviceProgram;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Devices that do something wrong during a migration: what becomes of the guest. */
class DeviceFaultTest {
    /** A limit that no busy host exceeds. */
    private static final long AMPLE_MILLIS = 20_000;

    private static final long LIMIT_MILLIS = 200;
    private static final Duration TOO_LONG = Duration.ofMillis(2 * LIMIT_MILLIS);
    private static final DeviceProgram UART = DeviceProgram.uart().withStateSize(1 << 16);

    @Test
    void shouldRunOnWhenTheDeviceRefusesToStop() throws InterruptedException {
        try (DevicePair devices = armed(UART.withoutPrecopy(), RUNNING_P2P, STOP, refuse())) {
            fails(devices, "device=0000:00:01.0 from=RUNNING_P2P to=STOP now=RUNNING_P2P", "EBUSY");
            runsOnUnharmed(devices);
        }
    }

    @Test
    void shouldRunOnWithAResetDeviceThatFailedInStopCopy() throws InterruptedException {
        try (DevicePair devices = armed(UART, PRE_COPY_P2P, STOP_COPY, new ArcOutcome.Fail())) {
            fails(devices, "to=STOP_COPY now=ERROR", "device 0000:00:01.0 was reset");
            assertThat(devices.home().getFirst().state()).isEqualTo(RUNNING);
            MigrationPair.awaitProgress(devices.pair().source());
            MigrationPair.verify(devices.pair().source());
        }
    }

    @Test
    void shouldKeepTheGuestStoppedWhileItsDeviceHangsAndRunItThen() throws InterruptedException {
        try (DevicePair devices =
                armed(UART.withoutPrecopy(), RUNNING_P2P, STOP, new ArcOutcome.Hang())) {
            VirtualMachine source = devices.pair().source();
            devices.pair().set(MigrationParameter.DOWNTIME_LIMIT, LIMIT_MILLIS);
            devices.pair().listen();
            source.migrate("unix:" + devices.pair().socket());
            devices.home().getFirst().awaitHang();
            awaitState(source, RunState.ROLLBACK_BLOCKED);
            assertThat(source.queryMigrate().status().isRunning()).isTrue();
            assertThat(source.queryMigrate().errorDesc())
                    .startsWith(
                            "the guest stays stopped at the source: stop of device 0000:00:01.0"
                                    + " for ");
            assertThatThrownBy(source::cont)
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessageContaining("rollback-blocked");
            assertThat(devices.pair().destination().runState()).isNotEqualTo(RunState.RUNNING);
            devices.home().getFirst().release();
            source.awaitMigrationEnd();
            assertThat(source.queryMigrate().status()).isEqualTo(MigrationStatus.CANCELLED);
            assertThat(source.queryMigrate().errorDesc()).contains("stop of device 0000:00:01.0");
            runsOnUnharmed(devices);
        }
    }

    @Test
    void shouldStayPausedWithItsDeviceStoppedWhenThatDoesNotRun() {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, UART)) {
            VirtualMachine source = devices.pair().source();
            DevicePair.awaitBytes(source);
            source.stop();
            devices.home().getFirst().program(UART.withOutcome(RUNNING_P2P, RUNNING, refuse()));
            assertThatThrownBy(source::cont).isInstanceOf(VfioException.class);
            assertThat(source.runState()).isEqualTo(RunState.PAUSED);
            assertThat(devices.home().getFirst().state()).isEqualTo(STOP);
            devices.home().getFirst().program(UART);
            source.cont();
            DevicePair.awaitBytes(source);
            DevicePair.verify(source);
        }
    }

    @Test
    void shouldEndThoughItsDeviceHangs() throws InterruptedException {
        try (DevicePair devices =
                armed(UART.withoutPrecopy(), RUNNING_P2P, STOP, new ArcOutcome.Hang())) {
            VirtualMachine source = devices.pair().source();
            devices.pair().listen();
            source.migrate("unix:" + devices.pair().socket());
            devices.home().getFirst().awaitHang();
            source.close();
            assertThat(source.queryMigrate().status().isRunning()).isFalse();
        }
    }

    @Test
    void shouldRunOnWhenTheOtherDeviceRefusesItsState() throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, UART)) {
            devices.away().getFirst().program(UART.withOutcome(STOP, RESUMING, refuse()));
            enforce(devices);
            fails(devices, "from=STOP to=RESUMING now=STOP", "EBUSY");
            runsOnUnharmed(devices);
        }
    }

    @Test
    void shouldRunOnWhenTheOtherDeviceDoesNotStart() throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, UART)) {
            devices.away().getFirst().program(UART.withOutcome(STOP, RUNNING_P2P, refuse()));
            enforce(devices);
            fails(devices, "the guest could not be started", "to=RUNNING_P2P");
            runsOnUnharmed(devices);
        }
    }

    @Test
    void shouldRunOnWhenTheStateIsCutShort() throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, UART)) {
            devices.home().getFirst().program(UART.withCutAfter(100));
            enforce(devices);
            fails(devices, "from=RESUMING to=STOP now=RESUMING");
            runsOnUnharmed(devices);
        }
    }

    @Test
    void shouldRunOnWhenTheStateIsNotOfSuchADevice() throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, UART)) {
            devices.home().getFirst().program(UART.withFaults(DataFault.BAD_HEADER));
            enforce(devices);
            fails(devices, "EINVAL");
            runsOnUnharmed(devices);
        }
    }

    @Test
    void shouldRunOnWhenTheOtherDeviceIsGone() throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, UART)) {
            devices.away()
                    .getFirst()
                    .program(UART.withOutcome(RESUMING, STOP, new ArcOutcome.Die()));
            enforce(devices);
            fails(devices, "from=RESUMING to=STOP now=ERROR");
            runsOnUnharmed(devices);
        }
    }

    enum Loss {
        DIE(new ArcOutcome.Die()),
        DISCONNECT(new ArcOutcome.Disconnect());

        @SuppressWarnings("ImmutableEnumChecker") // a record without components
        private final ArcOutcome outcome;

        Loss(ArcOutcome outcome) {
            this.outcome = outcome;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldNotRunAGuestWhoseDeviceIsLost(Loss loss) throws InterruptedException {
        try (DevicePair devices = armed(UART.withoutPrecopy(), RUNNING_P2P, STOP, loss.outcome)) {
            fails(devices, "device 0000:00:01.0 is lost, so the guest stays stopped");
            assertThat(devices.pair().source().runState()).isEqualTo(RunState.ROLLBACK_BLOCKED);
            assertThatThrownBy(() -> devices.pair().source().cont())
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessageContaining("rollback-blocked");
            assertThatThrownBy(() -> devices.pair().source().migrate("unix:/nowhere"))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessageContaining("rollback-blocked");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"BAD_REGION_SIZE", "TOO_FEW_DESCRIPTORS"})
    void shouldNotTakeADeviceThatMakesNoSense(DataFault fault) {
        assertThatThrownBy(() ->
                        new DevicePair(AcceleratorKind.INTERP, 1, UART.withFaults(fault)).close())
                .isInstanceOf(VfioException.class);
    }

    @Test
    void shouldNotTrustAnAnswerThatIsTooLong() throws InterruptedException {
        try (DevicePair devices =
                new DevicePair(AcceleratorKind.INTERP, 1, UART.withoutPrecopy())) {
            devices.home()
                    .getFirst()
                    .program(UART.withoutPrecopy().withFaults(DataFault.REPLY_TOO_LONG));
            enforce(devices, LIMIT_MILLIS);
            devices.pair().migrate();
            assertThat(devices.pair().source().queryMigrate().status())
                    .isEqualTo(MigrationStatus.FAILED);
            assertThat(devices.pair().destination().runState()).isNotEqualTo(RunState.RUNNING);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"RUNNING_P2P", "STOP", "STOP_COPY"})
    void shouldComeBackFromASlowStep(DeviceMigrationState to) throws InterruptedException {
        DeviceProgram plain = UART.withoutPrecopy();
        DeviceMigrationState from =
                switch (to) {
                    case RUNNING_P2P -> RUNNING;
                    case STOP -> RUNNING_P2P;
                    default -> STOP;
                };
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, plain)) {
            devices.home().getFirst().program(plain.withDelay(from, to, TOO_LONG));
            enforce(devices, LIMIT_MILLIS);
            devices.pair().migrate();
            assertThat(devices.pair().source().queryMigrate().status())
                    .isEqualTo(MigrationStatus.CANCELLED);
            runsOnUnharmed(devices);
        }
    }

    @Test
    void shouldComeBackFromASlowLoad() throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, UART)) {
            devices.away().getFirst().program(UART.withDelay(RESUMING, STOP, TOO_LONG));
            enforce(devices, LIMIT_MILLIS);
            devices.pair().migrate();
            assertThat(devices.pair().source().queryMigrate().status())
                    .isEqualTo(MigrationStatus.CANCELLED);
            runsOnUnharmed(devices);
        }
    }

    /** The device of the machine with the guest does something else on this arc from now on. */
    private static DevicePair armed(
            DeviceProgram program,
            DeviceMigrationState from,
            DeviceMigrationState to,
            ArcOutcome outcome) {
        DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, program);
        devices.home().getFirst().program(program.withOutcome(from, to, outcome));
        enforce(devices);
        return devices;
    }

    private static void enforce(DevicePair devices) {
        enforce(devices, AMPLE_MILLIS);
    }

    private static void enforce(DevicePair devices, long limitMillis) {
        devices.pair().enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        devices.pair().set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, DevicePair.FAST);
        devices.pair().set(MigrationParameter.DOWNTIME_LIMIT, limitMillis);
        DevicePair.awaitBytes(devices.pair().source());
    }

    private static ArcOutcome refuse() {
        return new ArcOutcome.Refuse(Errno.EBUSY);
    }

    private static void fails(DevicePair devices, String... words) throws InterruptedException {
        devices.pair().migrate();
        VirtualMachine source = devices.pair().source();
        assertThat(source.queryMigrate().status())
                .as(source.queryMigrate().errorDesc())
                .isEqualTo(MigrationStatus.FAILED);
        assertThat(source.queryMigrate().errorDesc()).contains(words);
        assertThat(devices.pair().destination().runState()).isNotEqualTo(RunState.RUNNING);
    }

    private static void runsOnUnharmed(DevicePair devices) {
        VirtualMachine source = devices.pair().source();
        assertThat(devices.pair().runner()).isSameAs(source);
        assertThat(devices.home().getFirst().state()).isEqualTo(RUNNING);
        DevicePair.awaitBytes(source);
        DevicePair.verify(source);
    }

    private static void awaitState(VirtualMachine machine, RunState state) {
        while (machine.runState() != state) {
            Thread.onSpinWait();
        }
    }
}
