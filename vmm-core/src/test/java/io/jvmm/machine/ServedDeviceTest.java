package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.guest.stress.StressGuest;
import io.jvmm.linux.SyscallException;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.RunState;
import io.jvmm.monitor.StressReport;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.user.server.ArcOutcome;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.ServedDevice;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A machine whose devices another party serves, without a migration. */
@Timeout(60)
class ServedDeviceTest {
    private static final long MEMORY = 16 << 20;
    private static final long WORKING_SET = 1 << 20;

    @TempDir private Path directory;

    private DeviceServer serve(int count, DeviceProgram program) {
        return DeviceServer.start(
                IntStream.range(0, count)
                        .mapToObj(i -> new DeviceServer.Offer(directory.resolve("d" + i), program))
                        .toList());
    }

    private static VirtualMachine machine(
            AcceleratorKind accelerator, int vcpus, List<Path> sockets) {
        List<DeviceConfig> devices = new ArrayList<>();
        for (Path socket : sockets) {
            devices.add(new DeviceConfig.VfioUser(socket, "", DeviceConfig.NEXT_FREE_SLOT));
        }
        MachineConfig config =
                new MachineConfig(
                        "test",
                        MachineConfig.NO_UUID,
                        new MachineConfig.Hardware(
                                MachineType.MICROVM, List.of(accelerator), MEMORY, vcpus, devices),
                        new GuestPayload.Stress(WORKING_SET, 0, devices.size()),
                        new MachineConfig.Startup(false, devices.isEmpty()));
        return new VirtualMachine(config, octet -> {}, DeviceDelays.NONE);
    }

    private static List<Path> sockets(DeviceServer server) {
        return server.devices().stream().map(ServedDevice::socket).toList();
    }

    private static Stream<AcceleratorKind> accelerators() {
        return UsableAccelerators.all();
    }

    private static long bytes(VirtualMachine machine) {
        return StressGuest.attach(machine.memory()).report().uarts().stream()
                .mapToLong(uart -> uart.bytes())
                .sum();
    }

    private static void awaitBytes(VirtualMachine machine, long count) {
        long end = bytes(machine) + count;
        while (bytes(machine) < end) {
            LockSupport.parkNanos(100_000);
        }
    }

    @ParameterizedTest
    @MethodSource("accelerators")
    void shouldGiveTheGuestBackWhatItSent(AcceleratorKind accelerator) {
        try (DeviceServer server = serve(3, DeviceProgram.uart().withPorts(2));
                VirtualMachine machine = machine(accelerator, 2, sockets(server))) {
            machine.start();
            awaitBytes(machine, 300);
            machine.stop();
            machine.cont();
            awaitBytes(machine, 300);
            StressReport report = machine.queryStress();
            assertThat(report.uarts().count()).isEqualTo(3);
            assertThat(report.uarts().bytes()).isGreaterThanOrEqualTo(600);
            assertThat(report.uarts().errors()).isZero();
            assertThat(report.wrongPages()).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("accelerators")
    void shouldLetTheGuestGoOnWithoutItsDevice(AcceleratorKind accelerator) {
        try (DeviceServer server = serve(1, DeviceProgram.uart());
                VirtualMachine machine = machine(accelerator, 1, sockets(server))) {
            machine.start();
            awaitBytes(machine, 100);
            server.devices().getFirst().disconnect();
            StressGuest guest = StressGuest.attach(machine.memory());
            while (guest.report().uarts().getFirst().errors() < 100) {
                LockSupport.parkNanos(100_000);
            }
            assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
            assertThat(guest.report().errors()).isZero();
        }
    }

    /** The migration hangs in the device, and then the guest does as well. */
    @ParameterizedTest
    @MethodSource("accelerators")
    void shouldEndAlthoughItsDeviceHangs(AcceleratorKind accelerator) throws InterruptedException {
        DeviceProgram hanging =
                DeviceProgram.uart()
                        .withOutcome(
                                DeviceMigrationState.RUNNING,
                                DeviceMigrationState.PRE_COPY,
                                new ArcOutcome.Hang());
        try (DeviceServer server = serve(1, hanging);
                VirtualMachine machine = machine(accelerator, 1, sockets(server));
                VirtualMachine destination = machine(accelerator, 1, List.of())) {
            machine.start();
            awaitBytes(machine, 100);
            String uri = "unix:" + directory.resolve("migration");
            destination.migrateIncoming(uri, false);
            machine.migrate(uri);
            server.devices().getFirst().awaitHang();
            long work = bytes(machine);
            machine.migrateCancel();
            assertThat(bytes(machine)).isBetween(work, work + 1);
        }
    }

    @Test
    void shouldGiveBackItsDevicesWhenOneIsMissing() {
        try (DeviceServer server = serve(1, DeviceProgram.uart())) {
            Path socket = server.devices().getFirst().socket();
            Path missing = directory.resolve("missing");
            assertThatThrownBy(() -> machine(AcceleratorKind.INTERP, 1, List.of(socket, missing)))
                    .isInstanceOf(SyscallException.class)
                    .hasMessageContaining("missing");
            try (VirtualMachine machine = machine(AcceleratorKind.INTERP, 1, List.of(socket))) {
                machine.start();
                awaitBytes(machine, 20);
                assertThat(machine.queryStress().uarts().errors()).isZero();
            }
        }
    }
}
