package io.jvmm.machine;

import java.nio.file.Path;

/** A device on the guest's PCI bus. */
public sealed interface DeviceConfig {
    /** As a slot: the next free one. */
    int NEXT_FREE_SLOT = 0;

    /** The highest slot. */
    int LAST_SLOT = 31;

    /**
     * Its name for people.
     *
     * @return may be empty
     */
    String id();

    /**
     * Where it sits.
     *
     * @return 1 to 31, or {@link #NEXT_FREE_SLOT}
     */
    int slot();

    /**
     * A device that another process serves over a socket.
     *
     * @param socket path of the socket
     * @param id name for people
     * @param slot where it sits
     */
    record VfioUser(Path socket, String id, int slot) implements DeviceConfig {
        /** Checks the slot. */
        public VfioUser {
            requireSlot(slot);
        }
    }

    /**
     * A device of the kernel's VFIO.
     *
     * @param device its PCI address on the host, or the path of its directory in sysfs
     * @param iommuFd whether it is opened by its character device and iommufd, not by its group
     * @param id name for people
     * @param slot where it sits
     */
    record VfioKernel(String device, boolean iommuFd, String id, int slot) implements DeviceConfig {
        /** Checks the slot. */
        public VfioKernel {
            requireSlot(slot);
        }
    }

    private static void requireSlot(int slot) {
        if (slot != NEXT_FREE_SLOT && (slot < 1 || slot > LAST_SLOT)) {
            throw new IllegalArgumentException(
                    "A device sits in one of the slots 1 to 31: slot=" + slot);
        }
    }
}
