package io.jvmm.vfio.user;

import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A client that others wrote: QEMU's {@code vfio-user-pci}, under emulation, with its firmware. It
 * is skipped, with the reason, where the packages cannot be had.
 */
@Timeout(180)
class QemuClientTest {
    private static final String TRANSMIT_AND_RECEIVE = "0";
    private static final String INTERRUPT_ENABLE = "1";
    private static final String LINE_STATUS = "5";
    private static final String SCRATCH = "7";

    @TempDir static Path directory;

    private static Path programs = Path.of("");

    @BeforeAll
    static void prepare() throws Exception {
        QemuPackages packages = QemuPackages.prepare(directory);
        assumeTrue(packages.root().isPresent(), packages::reason);
        programs = packages.root().orElseThrow();
    }

    @Test
    void shouldBeEnumeratedAndDriven() throws Exception {
        Path path = directory.resolve("uart");
        List<Offer> offers = List.of(new Offer(path, DeviceProgram.uart().withPorts(2)));
        try (DeviceServer server = DeviceServer.start(offers)) {
            try (QemuGuest qemu = QemuGuest.start(programs, path)) {
                String pci = qemu.awaitBars();
                assertThat(pci).contains("Serial port: PCI device 4a56:0002").contains("pin A");
                assertDrives(qemu, qemu.bar(0));
                assertDrives(qemu, qemu.bar(1));
                qemu.resetAndAwaitBars();
                qemu.write(qemu.bar(0), TRANSMIT_AND_RECEIVE, 'x');
            }
            assertThat(server.devices().getFirst().state()).isEqualTo(RUNNING);
            assertKeepsWhatQemuLeft(path);
        }
    }

    private static void assertDrives(QemuGuest qemu, String bar) throws Exception {
        assertThat(qemu.read(bar, LINE_STATUS)).isEqualTo(0x60);
        qemu.write(bar, TRANSMIT_AND_RECEIVE, 'h');
        qemu.write(bar, TRANSMIT_AND_RECEIVE, 'i');
        assertThat(qemu.read(bar, LINE_STATUS)).isEqualTo(0x61);
        assertThat(qemu.isInterrupting()).isFalse();
        qemu.write(bar, INTERRUPT_ENABLE, 1);
        assertThat(qemu.isInterrupting()).isTrue();
        assertThat(qemu.read(bar, TRANSMIT_AND_RECEIVE)).isEqualTo('h');
        assertThat(qemu.read(bar, TRANSMIT_AND_RECEIVE)).isEqualTo('i');
        assertThat(qemu.read(bar, LINE_STATUS)).isEqualTo(0x60);
        assertThat(qemu.isInterrupting()).isFalse();
        qemu.write(bar, SCRATCH, 0x5a);
        assertThat(qemu.read(bar, SCRATCH)).isEqualTo(0x5a);
    }

    private static void assertKeepsWhatQemuLeft(Path path) {
        try (VfioUserDevice device = VfioUserDevice.connect(path)) {
            assertThat(device.readRegister(0, 7, 1)).isEqualTo(0x5a);
            assertThat(device.readRegister(0, 0, 1)).isEqualTo('x');
        }
    }
}
