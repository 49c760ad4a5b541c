package io.jvmm.machine;

import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.kernel.VfioDevices;
import io.jvmm.vfio.user.VfioUserDevice;

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
            case DeviceConfig.VfioUser user -> VfioUserDevice.connect(user.socket());
            case DeviceConfig.VfioKernel kernel ->
                    kernel.iommuFd()
                            ? VfioDevices.openCdev(kernel.device())
                            : VfioDevices.openGroup(kernel.device());
        };
    }
}
