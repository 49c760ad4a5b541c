package io.jvmm.machine;

import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.VfioDevices;

/** Opens VFIO devices. */
final class VfioOpener {
    private VfioOpener() {}

    /**
     * Opens one.
     *
     * @throws RuntimeException if it cannot be had
     */
    static VfioBackend open(DeviceConfig device) {
        return switch (device) {
            case DeviceConfig.VfioUser user ->
                    throw new VfioException("There is no such device: socket=" + user.socket());
            case DeviceConfig.VfioKernel kernel ->
                    kernel.iommuFd()
                            ? VfioDevices.openCdev(kernel.device())
                            : VfioDevices.openGroup(kernel.device());
        };
    }
}
