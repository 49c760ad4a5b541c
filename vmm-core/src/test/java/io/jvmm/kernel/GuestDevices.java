package io.jvmm.kernel;

import io.jvmm.vfio.DeviceMigrationState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The devices of the guest, made by {@code src/test/kernel/init}; each is a system property of the
 * tests' virtual machine of Java.
 *
 * <table>
 * <caption>Properties</caption>
 * <tr><td>{@code jvmm.kernel.mtty1}<td>UUIDs of 2 mdevs of type mtty-1: one serial port
 * <tr><td>{@code jvmm.kernel.mtty2}<td>UUIDs of 6 mdevs of type mtty-2: two serial ports
 * <tr><td>{@code jvmm.kernel.mdpy}<td>UUID of a display, which cannot migrate
 * <tr><td>{@code jvmm.kernel.mbochs}<td>UUID of another display, which cannot migrate
 * <tr><td>{@code jvmm.kernel.edu}<td>PCI address of QEMU's edu device, driven by vfio-pci
 * </table>
 *
 * <p>A test leaves every device closed. It resets what it opens: a device keeps its state when it
 * is closed, and another test may have had it.
 */
public final class GuestDevices {
    private static final Path STATES = Path.of("/sys/kernel/debug/vfio");

    private GuestDevices() {}

    /** Directories in sysfs of the mdevs with one serial port. */
    public static List<Path> mttyOnePort() {
        return mdevs("mtty1");
    }

    /** Directories in sysfs of the mdevs with two serial ports. */
    public static List<Path> mttyTwoPorts() {
        return mdevs("mtty2");
    }

    /** Directories in sysfs of mdevs that cannot migrate. */
    public static List<Path> unmigratable() {
        return List.of(mdevs("mdpy").getFirst(), mdevs("mbochs").getFirst());
    }

    /** PCI address of the edu device. */
    public static String edu() {
        return property("edu");
    }

    /**
     * Where an mdev stands, as the kernel says of it to anybody: another process may have it open.
     */
    public static DeviceMigrationState state(Path mdev) {
        Path file = STATES.resolve(mdev.getFileName().toString(), "migration", "state");
        try {
            return DeviceMigrationState.valueOf(Files.readString(file).strip());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> mdevs(String name) {
        return List.of(property(name).split(",", -1)).stream()
                .map(uuid -> Path.of("/sys/bus/mdev/devices", uuid))
                .toList();
    }

    private static String property(String name) {
        String value = System.getProperty("jvmm.kernel." + name);
        if (value == null) {
            throw new IllegalStateException(
                    "This runs only inside the kernel tier, see KernelTierTest: missing=" + name);
        }
        return value;
    }
}
