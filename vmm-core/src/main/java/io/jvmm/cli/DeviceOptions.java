package io.jvmm.cli;

import io.jvmm.machine.DeviceConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code -device vfio-pci} and {@code -device vfio-user-pci}. */
final class DeviceOptions {
    private static final String KERNEL = "vfio-pci";
    private static final String USER = "vfio-user-pci";
    private static final int HEXADECIMAL = 16;

    private DeviceOptions() {}

    /** The devices on the PCI bus, in the order of the command line. */
    static List<DeviceConfig> onPciBus(List<String> devices) {
        List<DeviceConfig> found = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (String text : devices) {
            if (!isOnPciBus(text)) {
                continue;
            }
            DeviceConfig device = parse(text);
            if (!device.id().isEmpty() && !ids.add(device.id())) {
                throw new UsageException("-device: two devices with one id: id=" + device.id());
            }
            found.add(device);
        }
        return found;
    }

    /** What is left: disks, or a mistake. */
    static List<String> others(List<String> devices) {
        return devices.stream().filter(text -> !isOnPciBus(text)).toList();
    }

    private static boolean isOnPciBus(String text) {
        String driver = OptionList.parse("-device", text, "driver").take("driver", "");
        return driver.equals(KERNEL) || driver.equals(USER);
    }

    private static DeviceConfig parse(String text) {
        OptionList list = OptionList.parse("-device", text, "driver");
        boolean kernel = list.require("driver").equals(KERNEL);
        String id = list.take("id", "");
        int slot = slot(list.take("addr"));
        DeviceConfig device =
                kernel
                        ? new DeviceConfig.VfioKernel(hostDevice(list), iommuFd(list), id, slot)
                        : new DeviceConfig.VfioUser(Path.of(list.require("socket")), id, slot);
        list.end();
        return device;
    }

    private static String hostDevice(OptionList list) {
        String directory = list.take("sysfsdev", "");
        String address = list.take("host", "");
        if (directory.isEmpty() == address.isEmpty()) {
            throw new UsageException(
                    "-device vfio-pci: expects either sysfsdev=DIRECTORY or host=ADDRESS:"
                            + " sysfsdev=%s host=%s".formatted(directory, address));
        }
        if (!address.isEmpty()
                && !address.matches("([0-9a-fA-F]{4}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]")) {
            throw new UsageException(
                    "-device vfio-pci: expects a PCI address such as 0000:00:05.0: host="
                            + address);
        }
        return directory.isEmpty() ? address : directory;
    }

    private static boolean iommuFd(OptionList list) {
        String value = list.take("iommufd", "off");
        return switch (value) {
            case "on" -> true;
            case "off" -> false;
            default ->
                    throw new UsageException(
                            "-device vfio-pci: expects on or off: iommufd=" + value);
        };
    }

    /** In hexadecimal, as QEMU has it; a function behind a point can only be 0. */
    private static int slot(@Nullable String text) {
        if (text == null) {
            return DeviceConfig.NEXT_FREE_SLOT;
        }
        if (text.matches("(0x)?0*[0-9a-fA-F]{1,2}(\\.0)?")) {
            String digits = text.replaceFirst("^0x", "").replaceFirst("\\.0$", "");
            int slot = Integer.parseInt(digits, HEXADECIMAL);
            if (slot >= 1 && slot <= DeviceConfig.LAST_SLOT) {
                return slot;
            }
        }
        throw new UsageException("-device: expects a slot from 1 to 1f: addr=" + text);
    }
}
