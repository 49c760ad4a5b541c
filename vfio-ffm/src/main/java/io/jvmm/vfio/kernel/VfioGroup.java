package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.Ioctl;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A group ({@code /dev/vfio/N}): the devices that the IOMMU cannot tell apart. It can be open once
 * at a time on a host. One thread.
 */
public final class VfioGroup implements AutoCloseable {
    static final Ioctl VFIO_GROUP_GET_STATUS = Structs.vfio("VFIO_GROUP_GET_STATUS", 3);
    static final Ioctl VFIO_GROUP_SET_CONTAINER = Structs.vfio("VFIO_GROUP_SET_CONTAINER", 4);
    static final Ioctl VFIO_GROUP_GET_DEVICE_FD = Structs.vfio("VFIO_GROUP_GET_DEVICE_FD", 6);

    static final StructLayout STATUS =
            MemoryLayout.structLayout(JAVA_INT.withName("argsz"), JAVA_INT.withName("flags"))
                    .withName("vfio_group_status");

    static final int FLAGS_VIABLE = 1;

    private static final String DIRECTORY = "/dev/vfio/";

    private final DeviceFile file;
    private final String about;

    VfioGroup(DeviceFile file, int number) {
        this.file = file;
        about = "group=" + number;
        requireViable();
    }

    /**
     * Opens a group.
     *
     * @param number its number
     * @return the group, in no container
     * @throws io.jvmm.linux.SyscallException if it cannot be opened; EBUSY if somebody has it
     * @throws VfioException if a device of the group belongs to another driver of the host
     */
    public static VfioGroup open(int number) {
        KernelFile file = KernelFile.open(DIRECTORY + number);
        try {
            return new VfioGroup(file, number);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    private void requireViable() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STATUS);
            status.set(JAVA_INT, 0, (int) STATUS.byteSize());
            Failures.check(
                    file.ioctl(VFIO_GROUP_GET_STATUS, status), VFIO_GROUP_GET_STATUS.name(), about);
            int flags = status.get(JAVA_INT, Structs.offset(STATUS, "flags"));
            if ((flags & FLAGS_VIABLE) == 0) {
                throw new VfioException(
                        "Some devices of the group are bound to other drivers: %s flags=%x"
                                .formatted(about, flags));
            }
        }
    }

    /** Puts the group into a container. */
    void setContainer(DeviceFile container) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment number = arena.allocateFrom(JAVA_INT, container.number());
            Failures.check(
                    file.ioctl(VFIO_GROUP_SET_CONTAINER, number),
                    VFIO_GROUP_SET_CONTAINER.name(),
                    about);
        }
    }

    /** Opens a device of the group, which must be in a container with an IOMMU. */
    DeviceFile openDevice(String name) {
        try (Arena arena = Arena.ofConfined()) {
            long number =
                    Failures.check(
                            file.ioctl(VFIO_GROUP_GET_DEVICE_FD, arena.allocateFrom(name)),
                            VFIO_GROUP_GET_DEVICE_FD.name(),
                            about + " device=" + name);
            return file.adopt((int) number);
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
