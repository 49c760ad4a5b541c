package io.jvmm.vfio.kernel;

/**
 * Opens devices of the kernel: all that is needed for one, from the file system to a device that
 * has been reset. A device is named as QEMU names it: {@code sysfsdev} by its path in sysfs, such
 * as {@code /sys/bus/mdev/devices/UUID}, {@code host} by its PCI address, such as {@code
 * 0000:00:05.0}. Any thread.
 *
 * <p>Each device gets a container, or an IOMMU address space, of its own. So two devices of one
 * group cannot both be opened here: the second fails with EBUSY.
 */
public final class VfioDevices {
    private static final String CDEV_DIRECTORY = "/dev/vfio/devices/";

    private VfioDevices() {}

    /**
     * Opens a device by its group ({@code /dev/vfio/N}) in a new container.
     *
     * @param device path in sysfs, or PCI address
     * @return the device, reset
     * @throws io.jvmm.linux.SyscallException if the kernel refuses; EBUSY if the group is open
     * @throws io.jvmm.vfio.VfioException if there is no such device, or no VFIO driver has it
     */
    public static VfioDevice openGroup(String device) {
        SysfsDevice sysfs = SysfsDevice.of(device);
        int number = sysfs.group();
        VfioContainer container = VfioContainer.open();
        try {
            VfioGroup group = VfioGroup.open(number);
            container.attach(group);
            return opened(sysfs.name(), group.openDevice(sysfs.name()), container);
        } catch (RuntimeException e) {
            container.close();
            throw e;
        }
    }

    /**
     * Opens a device by its own file ({@code /dev/vfio/devices/vfioN}) with a new {@code
     * /dev/iommu}.
     *
     * @param device path in sysfs, or PCI address
     * @return the device, reset
     * @throws io.jvmm.linux.SyscallException if the kernel refuses; ENOENT if it has no iommufd
     * @throws io.jvmm.vfio.VfioException if there is no such device, or no VFIO driver has it
     */
    public static VfioDevice openCdev(String device) {
        SysfsDevice sysfs = SysfsDevice.of(device);
        DeviceFile file = KernelFile.open(CDEV_DIRECTORY + sysfs.cdev());
        try {
            IommuFd iommu = IommuFd.open();
            try {
                Ioas ioas = Ioas.attach(iommu, new DeviceCdev(file));
                return new VfioDevice(sysfs.name(), file, ioas);
            } catch (RuntimeException e) {
                iommu.close();
                throw e;
            }
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private static VfioDevice opened(String name, DeviceFile file, IoAddressSpace space) {
        try {
            return new VfioDevice(name, file, space);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }
}
