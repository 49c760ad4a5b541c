package io.jvmm.cli;

import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.kernel.VfioDevices;
import io.jvmm.vfio.user.VfioUserDevice;
import java.nio.file.Files;
import java.nio.file.Path;

/** A device to check, as the command line names it. */
sealed interface VfioTarget {
    /** A device that is served over a socket. */
    record UserDevice(Path socket) implements VfioTarget {}

    /** A device of the kernel, by its directory in sysfs or its PCI address. */
    record KernelDevice(String device, boolean iommuFd) implements VfioTarget {}

    /**
     * What a name means.
     *
     * @param text path of a socket, UUID of an mdev, path in sysfs, PCI address; or with QEMU's
     *     key: {@code socket=}, {@code sysfsdev=}, {@code host=}
     * @param iommuFd whether a device of the kernel is opened by its own file and iommufd
     * @throws UsageException if it means nothing
     */
    static VfioTarget parse(String text, boolean iommuFd) {
        int equals = text.startsWith("/") ? -1 : text.indexOf('=');
        String key = equals < 0 ? "" : text.substring(0, equals);
        String value = text.substring(equals + 1);
        return switch (key) {
            case "" -> guess(text, iommuFd);
            case "socket" -> socket(value, iommuFd);
            case "sysfsdev" -> kernel(value, iommuFd, value.startsWith("/"), "a path in sysfs");
            case "host" -> kernel(value, iommuFd, isPciAddress(value), "a PCI address");
            default ->
                    throw new UsageException("expects socket=, sysfsdev= or host=: device=" + text);
        };
    }

    private static VfioTarget guess(String text, boolean iommuFd) {
        if (text.matches("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")) {
            return new KernelDevice("/sys/bus/mdev/devices/" + text, iommuFd);
        }
        if (text.startsWith("/sys/") || isPciAddress(text)) {
            return new KernelDevice(text, iommuFd);
        }
        if (text.contains("/")) {
            return socket(text, iommuFd);
        }
        throw new UsageException(
                "expects a socket's path, an mdev's UUID, a path in sysfs or a PCI address:"
                        + " device="
                        + text);
    }

    private static VfioTarget socket(String path, boolean iommuFd) {
        if (iommuFd) {
            throw new UsageException("--iommufd is for devices of the kernel: device=" + path);
        }
        return new UserDevice(Path.of(path));
    }

    private static VfioTarget kernel(
            String device, boolean iommuFd, boolean isWellFormed, String form) {
        if (!isWellFormed) {
            throw new UsageException("expects " + form + ": device=" + device);
        }
        return new KernelDevice(device, iommuFd);
    }

    private static boolean isPciAddress(String text) {
        return text.matches("([0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
    }

    /**
     * Opens it.
     *
     * @throws UsageException if there is no such socket
     */
    default VfioBackend open() {
        return switch (this) {
            case UserDevice(Path socket) -> {
                if (Files.notExists(socket)) {
                    throw new UsageException("no such socket: device=" + socket);
                }
                yield VfioUserDevice.connect(socket);
            }
            case KernelDevice(String device, boolean iommuFd) ->
                    iommuFd ? VfioDevices.openCdev(device) : VfioDevices.openGroup(device);
        };
    }
}
