package io.jvmm.machine;

import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING_P2P;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DmaDirtying;
import io.jvmm.vfio.user.server.Precopy;
import io.jvmm.vfio.user.server.ServedDevice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A guest moves together with its VFIO devices, and comes back together with them. */
class DeviceMigrationTest {
    /** Long form: {@code mvn verify -Djvmm.test.deviceAborts=500}. */
    private static final int ABORTS = Integer.getInteger("jvmm.test.deviceAborts", 8);

    private static final long STATE = Long.getLong("jvmm.test.deviceState", 1 << 20);

    private final Random random = new Random(Long.getLong("jvmm.test.seed", 42));

    @ParameterizedTest
    @MethodSource("io.jvmm.machine.UsableAccelerators#all")
    void shouldCarryTheBytesThatAreInFlightInTheDevice(AcceleratorKind accelerator)
            throws InterruptedException {
        try (DevicePair devices = new DevicePair(accelerator, 1, DeviceProgram.uart())) {
            migrateToAndFro(devices, 4);
        }
    }

    static Stream<DeviceProgram> kinds() {
        DeviceProgram uart = DeviceProgram.uart();
        return Stream.of(
                uart.withoutP2p(),
                uart.withoutPrecopy(),
                uart.withoutP2p().withoutPrecopy(),
                uart.withPorts(2),
                uart.withStateSize(STATE).withPrecopy(new Precopy(100_000, 50_000)));
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldMoveEachKindOfDevice(DeviceProgram program) throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, program)) {
            migrateToAndFro(devices, 2);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 16})
    void shouldMoveManyDevicesInTheRightOrder(int count) throws InterruptedException {
        DeviceProgram program = DeviceProgram.uart().withStateSize(STATE);
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, count, program)) {
            migrateToAndFro(devices, 1);
            MigrationInfo info = devices.pair().destination().queryMigrate();
            List<String> phases =
                    Objects.requireNonNull(info.switchover()).phases().stream()
                            .map(LedgerLine::describe)
                            .filter(name -> name.contains("of device 0000") || name.contains("ram"))
                            .map(name -> name.replaceAll(" 0000.*", ""))
                            .distinct()
                            .toList();
            assertThat(phases).startsWith("P2P stop of device", "stop of device", "flush of ram");
        }
    }

    /** It writes on while it takes its time to stop: the last look at its log comes after that. */
    @Test
    void shouldSendWhatTheDeviceHasWrittenIntoTheRam() throws InterruptedException {
        DeviceProgram program =
                DeviceProgram.uart()
                        .withoutPrecopy()
                        .withDma(new DmaDirtying(12 << 20, 3 << 20, 20_000))
                        .withDelay(RUNNING, RUNNING_P2P, Duration.ofMillis(10));
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, program)) {
            // Whether it writes at the right moment is its thread's to say: several tries.
            for (int i = 0; i < 4; i++) {
                devices.pair().enable(Capability.RETURN_PATH, Capability.X_VERIFY_RAM);
                migrateToAndFro(devices, 1);
            }
        }
    }

    @Test
    void shouldMoveAPausedGuestWithItsDeviceStopped() throws InterruptedException {
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, DeviceProgram.uart())) {
            MigrationPair pair = devices.pair();
            DevicePair.awaitBytes(pair.source());
            pair.enable(Capability.RETURN_PATH);
            pair.source().stop();
            assertThat(devices.home().getFirst().state()).isEqualTo(STOP);
            long bytes = DevicePair.bytes(pair.source());
            pair.migrate();
            assertThat(pair.source().queryMigrate().errorDesc()).isNull();
            assertThat(pair.destination().runState()).isEqualTo(RunState.PAUSED);
            assertThat(devices.away().getFirst().state()).isEqualTo(STOP);
            assertThat(DevicePair.bytes(pair.destination())).isEqualTo(bytes);
            pair.destination().cont();
            DevicePair.awaitBytes(pair.destination());
            DevicePair.verify(pair.destination());
        }
    }

    @Test
    void shouldNotStopBeforeTheInitialDataIsThere() throws InterruptedException {
        DeviceProgram program = DeviceProgram.uart().withPrecopy(new Precopy(4 << 20, 0));
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 1, program)) {
            MigrationPair pair = devices.pair();
            pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ACK);
            pair.destination().setCapabilities(Map.of(Capability.SWITCHOVER_ACK, true));
            pair.migrate();
            MigrationInfo info = pair.source().queryMigrate();
            assertThat(info.errorDesc()).isNull();
            assertThat(info.vfioTransferred()).isGreaterThanOrEqualTo(4 << 20);
            DevicePair.awaitBytes(pair.destination());
            DevicePair.verify(pair.destination());
        }
    }

    @Test
    void shouldGiveEveryDeviceBackWhenASwitchoverIsAborted() throws InterruptedException {
        DeviceProgram program = DeviceProgram.uart().withStateSize(STATE);
        DeviceProgram slow = program.withDataRate(STATE);
        try (DevicePair devices = new DevicePair(AcceleratorKind.INTERP, 4, program)) {
            MigrationPair pair = devices.pair();
            pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
            pair.set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, DevicePair.FAST);
            pair.stopByBareRule();
            for (int i = 0; i < ABORTS; i++) {
                ServedDevice slowOne = random.nextBoolean() ? home(devices) : away(devices);
                slowOne.program(slow);
                pair.set(MigrationParameter.DOWNTIME_LIMIT, 50 + random.nextInt(100));
                pair.migrate();
                slowOne.program(program);
                assertThat(pair.source().queryMigrate().status())
                        .as("abort %d: %s", i, pair.source().queryMigrate().errorDesc())
                        .isIn(MigrationStatus.CANCELLED, MigrationStatus.FAILED);
                assertThat(pair.source().queryMigrate().switchover())
                        .as("abort %d comes after the stop", i)
                        .isNotNull();
                assertThat(pair.runner()).isSameAs(pair.source());
                assertThat(devices.home()).allMatch(device -> device.state() == RUNNING);
                DevicePair.awaitBytes(pair.source());
                DevicePair.verify(pair.source());
                pair.renewDestination(0);
            }
            pair.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
            pair.migrate();
            assertThat(pair.source().queryMigrate().errorDesc()).isNull();
            DevicePair.awaitBytes(pair.destination());
            DevicePair.verify(pair.destination());
        }
    }

    private ServedDevice home(DevicePair devices) {
        return devices.home().get(random.nextInt(devices.home().size()));
    }

    private ServedDevice away(DevicePair devices) {
        return devices.away().get(random.nextInt(devices.away().size()));
    }

    private static void migrateToAndFro(DevicePair devices, int times) throws InterruptedException {
        MigrationPair pair = devices.pair();
        for (int i = 0; i < times; i++) {
            DevicePair.awaitBytes(pair.source());
            pair.enable(Capability.RETURN_PATH);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
            pair.migrate();
            assertThat(pair.source().queryMigrate().errorDesc()).isNull();
            assertThat(pair.runner()).isSameAs(pair.destination());
            DevicePair.awaitBytes(pair.destination());
            DevicePair.verify(pair.destination());
            pair.swap();
        }
    }
}
