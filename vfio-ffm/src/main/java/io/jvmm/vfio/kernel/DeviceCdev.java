package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A device opened by itself ({@code /dev/vfio/devices/vfioN}). Until it is bound to an {@link
 * IommuFd} it refuses everything else; binding and attaching end when it is closed.
 *
 * @param file the device
 */
record DeviceCdev(DeviceFile file) {
    static final StructLayout BIND =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("iommufd"),
                            JAVA_INT.withName("out_devid"))
                    .withName("vfio_device_bind_iommufd");
    static final StructLayout ATTACH =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("pt_id"))
                    .withName("vfio_device_attach_iommufd_pt");

    /** {@code VFIO_DEVICE_BIND_IOMMUFD}; answers with the device's number there. */
    int bind(IommuFd iommu) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bind = arena.allocate(BIND);
            bind.set(JAVA_INT, Structs.offset(BIND, "iommufd"), iommu.file().number());
            request(VfioDevice.VFIO_DEVICE_BIND_IOMMUFD, bind);
            return bind.get(JAVA_INT, Structs.offset(BIND, "out_devid"));
        }
    }

    /** {@code VFIO_DEVICE_ATTACH_IOMMUFD_PT}: to an address space or a page table. */
    void attach(int id) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment attach = arena.allocate(ATTACH);
            attach.set(JAVA_INT, Structs.offset(ATTACH, "pt_id"), id);
            request(VfioDevice.VFIO_DEVICE_ATTACH_IOMMUFD_PT, attach);
        }
    }

    private void request(Ioctl request, MemorySegment argument) {
        argument.set(JAVA_INT, 0, (int) argument.byteSize());
        Failures.check(file.ioctl(request, argument), request.name(), "");
    }
}
