package io.jvmm.cli;

import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.kernel.GuestDevices;
import io.jvmm.machine.VirtualMachine;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.monitor.json.Json;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A running guest moves over tcp between VMM processes and takes along what is inside its serial
 * ports, devices of the kernel: each process has two of its own, one opened by its group and one by
 * its device file. The guest always has bytes in a port, and counts those that do not come back as
 * they were sent. First a destination is too slow, and guest and devices stay where they are.
 *
 * <p>One test, since the start of a process takes seconds here.
 */
@Tag("kernel")
@Timeout(500)
class GuestMoveKernelTest {
    private static final String URI = "tcp:127.0.0.1:4444";
    private static final String SLOW_URI = "tcp:127.0.0.1:4445";
    private static final long LIMIT_MILLIS = 5_000;
    private static final long AMPLE_MILLIS = 60_000;
    private static final DeviceDelays ENDLESS_LOAD = new DeviceDelays(0, 600_000);

    private final VmProcesses processes = new VmProcesses();
    private final List<Path> homeDevices = GuestDevices.mttyTwoPorts().subList(0, 2);
    private final List<Path> awayDevices = GuestDevices.mttyTwoPorts().subList(2, 4);
    private final List<Path> slowDevices = GuestDevices.mttyTwoPorts().subList(4, 6);

    @AfterEach
    void endProcesses() {
        processes.close();
    }

    @Test
    void shouldComeBackAndMoveToAndFroWithWhatIsInsideItsDevices() {
        TestVm home =
                processes.start(
                        machine(homeDevices)
                                + " -guest stress,working-set=1M,dirty-rate=1M/s,uart=2");
        TestVm away = processes.start(machine(awayDevices) + " -incoming " + URI);
        requireBytesGoOn(home, 0);
        abortInTheLoad(home);
        away.awaitStatus("setup");
        move(home, away);
        assertThat(awayDevices).allMatch(device -> GuestDevices.state(device) == RUNNING);
        home.listenAt(URI);
        move(away, home);
        assertThat(homeDevices).allMatch(device -> GuestDevices.state(device) == RUNNING);
        home.requireRunningGuest();
    }

    /** This process is a destination that never gets ready. */
    private void abortInTheLoad(TestVm home) {
        RunPlan plan = RunCommandTest.plan(machine(slowDevices) + " -incoming defer");
        long before = home.uartBytes();
        limit(home, LIMIT_MILLIS);
        try (VirtualMachine slow = new VirtualMachine(plan.machine(), octet -> {}, ENDLESS_LOAD)) {
            slow.migrateIncoming(SLOW_URI, false);
            home.migrateTo(SLOW_URI);
            home.awaitStatus("completed", "failed", "cancelled", "handover-unknown");
            assertThat(home.status()).as(home.errorDesc()).isEqualTo("cancelled");
            assertThat(homeDevices).allMatch(device -> GuestDevices.state(device) == RUNNING);
            requireBytesGoOn(home, before);
        }
        limit(home, AMPLE_MILLIS);
    }

    private static void limit(TestVm vm, long millis) {
        vm.ask("migrate-set-parameters", new Json.Obj().put("downtime-limit", millis));
    }

    private static String machine(List<Path> devices) {
        return ProcessScenario.machine(
                        "interp", "x-switchover-abort=on", "downtime-limit=" + AMPLE_MILLIS)
                + " -device vfio-pci,sysfsdev=%s -device vfio-pci,sysfsdev=%s,iommufd=on"
                        .formatted(devices.get(0), devices.get(1));
    }

    private static void move(TestVm from, TestVm to) {
        long before = from.uartBytes();
        from.migrateTo(URI);
        from.awaitStatus("completed", "failed", "cancelled", "handover-unknown");
        assertThat(from.status()).as(from.errorDesc()).isEqualTo("completed");
        assertThat(from.runState()).isEqualTo("postmigrate");
        to.awaitStatus("completed");
        requireBytesGoOn(to, before);
    }

    private static void requireBytesGoOn(TestVm vm, long before) {
        long now = vm.uartBytes();
        assertThat(now).isGreaterThanOrEqualTo(before);
        vm.until("more bytes come back from the devices", () -> vm.uartBytes() > now);
    }
}
