package io.jvmm.kernel;

import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.kernel.VfioDevices;
import java.nio.file.Path;

/** The two ways to open a device; what a test shows must hold for both. */
public enum OpeningWay {
    GROUP,
    CDEV;

    /** Opens an mdev by its directory in sysfs. */
    public VfioBackend open(Path mdev) {
        return open(mdev.toString());
    }

    /** Opens a device by its PCI address, or by its directory in sysfs. */
    public VfioBackend open(String device) {
        return switch (this) {
            case GROUP -> VfioDevices.openGroup(device);
            case CDEV -> VfioDevices.openCdev(device);
        };
    }
}
