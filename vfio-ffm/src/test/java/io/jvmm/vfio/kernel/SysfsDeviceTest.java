package io.jvmm.vfio.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.vfio.VfioException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Devices by their names, in a directory that looks like sysfs. */
class SysfsDeviceTest {
    private static final String UUID = "83b8f4f2-509f-382f-3c1e-e6bfe0fa1001";

    @TempDir private Path sysfs;

    private SysfsDevice device() throws IOException {
        return SysfsDevice.of(Files.createDirectories(sysfs.resolve(UUID)).toString());
    }

    @Test
    void shouldFindAPciDeviceByItsAddress() {
        for (String address : new String[] {"0000:00:05.0", "00:05.0"}) {
            assertThat(SysfsDevice.of(address).directory())
                    .isEqualTo(Path.of("/sys/bus/pci/devices/0000:00:05.0"));
        }
        assertThat(SysfsDevice.of("10000:E1:1F.7").name()).isEqualTo("10000:e1:1f.7");
    }

    @Test
    void shouldRefuseWhatIsNeitherAPathNorAnAddress() {
        for (String wrong :
                new String[] {"", "5.0", "00:05.8", "0000:00:05", "../x", UUID, "00:05.0/.."}) {
            assertThatThrownBy(() -> SysfsDevice.of(wrong))
                    .isInstanceOf(VfioException.class)
                    .hasMessageEndingWith("device=" + wrong);
        }
    }

    @Test
    void shouldReadTheGroupFromItsLink() throws IOException {
        SysfsDevice device = device();
        Files.createSymbolicLink(
                device.directory().resolve("iommu_group"),
                Path.of("../../../kernel/iommu_groups/12"));
        assertThat(device.name()).isEqualTo(UUID);
        assertThat(device.group()).isEqualTo(12);
    }

    @Test
    void shouldSayWhyThereIsNoGroup() throws IOException {
        SysfsDevice device = device();
        assertThatThrownBy(device::group)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("no IOMMU group")
                .hasMessageContaining(UUID);
        Files.delete(device.directory());
        assertThatThrownBy(device::group)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("No such device");
    }

    @Test
    void shouldFindTheFileOfTheDeviceItself() throws IOException {
        SysfsDevice device = device();
        Files.createDirectories(device.directory().resolve("vfio-dev/vfio7"));
        assertThat(device.cdev()).isEqualTo("vfio7");
    }

    @Test
    void shouldSayWhyThereIsNoFileOfTheDeviceItself() throws IOException {
        SysfsDevice device = device();
        assertThatThrownBy(device::cdev)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("too old");
        Files.createDirectories(device.directory().resolve("vfio-dev/other"));
        assertThatThrownBy(device::cdev)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("found=[other]");
    }
}
