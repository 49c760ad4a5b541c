package io.jvmm.vfio.kernel;

import io.jvmm.vfio.VfioException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A device as sysfs shows it.
 *
 * @param directory its directory, such as {@code /sys/bus/mdev/devices/UUID}
 */
record SysfsDevice(Path directory) {
    private static final Path PCI_DEVICES = Path.of("/sys/bus/pci/devices");
    private static final Pattern PCI_ADDRESS =
            Pattern.compile("([0-9a-f]{4,8}:)?([0-9a-f]{2}:[0-9a-f]{2}\\.[0-7])");
    private static final Pattern CDEV = Pattern.compile("vfio[0-9]+");

    /** The device of a path in sysfs, or of a PCI address; the domain may be left out. */
    static SysfsDevice of(String device) {
        if (device.startsWith("/")) {
            return new SysfsDevice(Path.of(device));
        }
        Matcher address = PCI_ADDRESS.matcher(device.toLowerCase(Locale.ROOT));
        if (!address.matches()) {
            throw new VfioException("Neither a path in sysfs nor a PCI address: device=" + device);
        }
        String domain = address.group(1) == null ? "0000:" : address.group(1);
        return new SysfsDevice(PCI_DEVICES.resolve(domain + address.group(2)));
    }

    /** Its name in its group: the UUID of an mdev, the address of a PCI device. */
    String name() {
        return directory.getFileName().toString();
    }

    /** The number of its IOMMU group. */
    int group() {
        Path link = requireExisting().resolve("iommu_group");
        try {
            return Integer.parseInt(Files.readSymbolicLink(link).getFileName().toString());
        } catch (IOException | NumberFormatException e) {
            throw new VfioException(
                    "The device is in no IOMMU group, so no VFIO driver has it: device="
                            + directory,
                    e);
        }
    }

    /** The name of its own file under {@code /dev/vfio/devices}. */
    String cdev() {
        List<String> names = new ArrayList<>();
        Path directories = requireExisting().resolve("vfio-dev");
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(directories)) {
            stream.forEach(path -> names.add(path.getFileName().toString()));
        } catch (IOException e) {
            throw new VfioException(
                    "No VFIO driver has the device, or the kernel is too old: device=" + directory,
                    e);
        }
        if (names.size() != 1 || !CDEV.matcher(names.getFirst()).matches()) {
            throw new VfioException(
                    "The device has no file of its own: device=%s found=%s"
                            .formatted(directory, names));
        }
        return names.getFirst();
    }

    private Path requireExisting() {
        if (!Files.isDirectory(directory)) {
            throw new VfioException("No such device: device=" + directory);
        }
        return directory;
    }
}
