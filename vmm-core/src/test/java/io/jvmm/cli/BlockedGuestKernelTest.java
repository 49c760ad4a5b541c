package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.kernel.GuestDevices;
import io.jvmm.machine.VirtualMachine;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.monitor.Monitors;
import io.jvmm.monitor.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A guest with devices that cannot migrate: a PCI device behind an IOMMU, and a display. */
@Tag("kernel")
class BlockedGuestKernelTest {
    private static final String REASON = "VFIO migration is not supported by the device";

    @Test
    void shouldNotMigrateAndSayWhy(@TempDir Path directory) throws IOException {
        Path socket = directory.resolve("qmp");
        RunPlan plan =
                RunCommandTest.plan(
                        "-accel interp -m 16M -qmp unix:%s,server=on,wait=off".formatted(socket)
                                + " -device vfio-pci,host=%s".formatted(GuestDevices.edu())
                                + " -device vfio-pci,sysfsdev=%s,iommufd=on"
                                        .formatted(GuestDevices.unmigratable().getFirst()));
        try (VirtualMachine vm =
                        new VirtualMachine(plan.machine(), octet -> {}, DeviceDelays.NONE);
                Monitors _ = Monitors.open(plan.monitors(), vm);
                QmpClient client = QmpClient.connect(socket)) {
            assertThat(
                            client.ask("migrate", new Json.Obj().put("uri", "tcp:127.0.0.1:4446"))
                                    .object("error")
                                    .string("desc"))
                    .contains("disallowing migration blocker", REASON);
            assertThat(
                            client.ask(
                                            "human-monitor-command",
                                            new Json.Obj().put("command-line", "info migrate"))
                                    .string("return"))
                    .contains(
                            "Outgoing migration blocked:",
                            "0000:00:01.0: " + REASON,
                            "0000:00:02.0: " + REASON);
        }
    }
}
