package io.jvmm.machine;

import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY_P2P;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.Precopy;
import io.jvmm.vfio.user.server.ServedDevice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Attempts that follow an aborted one when the guest has devices: they come back, save anew from
 * their beginning, and the other side's devices forget what they were given.
 */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DeviceRetryTest {
    private static final long LIMIT_MILLIS = 200;
    private static final long AMPLE_MILLIS = 20_000;
    private static final Duration TOO_LONG = Duration.ofMillis(2 * LIMIT_MILLIS);
    private static final long STATE = 1 << 20;
    private static final int DEVICES = 2;

    private enum Kind {
        PRECOPY_AND_P2P(
                DeviceProgram.uart().withPrecopy(new Precopy(100_000, 50_000)),
                List.of(PRE_COPY, PRE_COPY_P2P, STOP_COPY)),
        P2P(DeviceProgram.uart().withoutPrecopy(), List.of(RUNNING, RUNNING_P2P, STOP, STOP_COPY)),
        PRECOPY(
                DeviceProgram.uart().withoutP2p().withPrecopy(new Precopy(100_000, 50_000)),
                List.of(PRE_COPY, STOP_COPY)),
        NEITHER(
                DeviceProgram.uart().withoutP2p().withoutPrecopy(),
                List.of(RUNNING, STOP, STOP_COPY));

        @SuppressWarnings("ImmutableEnumChecker") // an immutable record
        private final DeviceProgram program;

        @SuppressWarnings("ImmutableEnumChecker") // copied, of enum constants
        private final List<DeviceMigrationState> way;

        Kind(DeviceProgram program, List<DeviceMigrationState> way) {
            this.program = program.withStateSize(STATE);
            this.way = List.copyOf(way);
        }
    }

    /** One way to be too slow: a device of the machine with the guest, or of the other one. */
    record Slowness(String name, Kind kind, boolean atHome, DeviceProgram slow) {
        @Override
        public String toString() {
            return kind + ", " + name;
        }
    }

    static Stream<Slowness> all() {
        List<Slowness> all = new ArrayList<>();
        for (Kind kind : Kind.values()) {
            DeviceProgram program = kind.program;
            DeviceProgram slow = program.withDataRate(STATE);
            all.add(new Slowness("state is read", kind, true, slow));
            for (int i = 1; i < kind.way.size(); i++) {
                DeviceMigrationState to = kind.way.get(i);
                all.add(
                        new Slowness(
                                "step to " + to,
                                kind,
                                true,
                                program.withDelay(kind.way.get(i - 1), to, TOO_LONG)));
            }
            all.add(new Slowness("state is written", kind, false, slow));
            all.add(
                    new Slowness(
                            "state is taken",
                            kind,
                            false,
                            program.withDelay(RESUMING, STOP, TOO_LONG)));
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("all")
    void shouldMoveEveryByteInALaterAttempt(Slowness slowness) throws InterruptedException {
        DeviceProgram program = slowness.kind.program;
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, DEVICES, program)) {
            MigrationPair pair = devices.pair();
            VirtualMachine source = pair.source();
            pair.enable(
                    Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT, Capability.X_VERIFY_RAM);
            pair.set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, DevicePair.FAST);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, LIMIT_MILLIS);
            pair.set(MigrationParameter.SWITCHOVER_ATTEMPTS, 0);
            // A policy that learns would not try what it has seen to be in vain.
            pair.stopByBareRule();
            DevicePair.awaitBytes(source);
            ServedDevice slowOne =
                    (slowness.atHome ? devices.home() : devices.away()).get(DEVICES - 1);
            slowOne.program(slowness.slow);
            pair.listen();
            source.migrate("unix:" + pair.socket());
            awaitAttempt(source, 2);
            slowOne.program(program);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
            source.awaitMigrationEnd();

            MigrationInfo info = source.queryMigrate();
            assertThat(info.errorDesc()).isNull();
            assertThat(info.status()).isEqualTo(MigrationStatus.COMPLETED);
            List<SwitchoverInfo> attempts = source.querySwitchover();
            assertThat(attempts).hasSizeGreaterThan(1);
            assertThat(attempts.getFirst().abort()).isNotNull();
            assertThat(pair.runner()).isSameAs(pair.destination());
            assertThat(devices.away()).allMatch(device -> device.state() == RUNNING);
            assertThat(devices.home())
                    .extracting(ServedDevice::state)
                    .allMatch(state -> state == STOP || state == STOP_COPY);
            DevicePair.awaitBytes(pair.destination());
            DevicePair.verify(pair.destination());
        }
    }

    /** Waits for an attempt, or for the end of the migration. */
    static void awaitAttempt(VirtualMachine source, int attempt) {
        while (source.handoverQuery().attempt() < attempt
                && source.queryMigrate().status().isRunning()) {
            Thread.onSpinWait();
        }
    }
}
