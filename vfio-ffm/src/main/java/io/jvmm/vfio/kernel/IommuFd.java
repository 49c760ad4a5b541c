package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.OptionalInt;

/**
 * The kernel's IOMMU interface ({@code /dev/iommu}). Objects have numbers; they go when it is
 * closed. One thread.
 */
public final class IommuFd implements AutoCloseable {
    static final Ioctl IOMMU_IOAS_ALLOC = Structs.iommufd("IOMMU_IOAS_ALLOC", 0x81);
    static final Ioctl IOMMU_IOAS_MAP = Structs.iommufd("IOMMU_IOAS_MAP", 0x85);
    static final Ioctl IOMMU_IOAS_UNMAP = Structs.iommufd("IOMMU_IOAS_UNMAP", 0x86);
    static final Ioctl IOMMU_HWPT_ALLOC = Structs.iommufd("IOMMU_HWPT_ALLOC", 0x89);
    static final Ioctl IOMMU_GET_HW_INFO = Structs.iommufd("IOMMU_GET_HW_INFO", 0x8a);
    static final Ioctl IOMMU_HWPT_SET_DIRTY_TRACKING =
            Structs.iommufd("IOMMU_HWPT_SET_DIRTY_TRACKING", 0x8b);
    static final Ioctl IOMMU_HWPT_GET_DIRTY_BITMAP =
            Structs.iommufd("IOMMU_HWPT_GET_DIRTY_BITMAP", 0x8c);

    static final StructLayout IOAS_ALLOC =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("out_ioas_id"))
                    .withName("iommu_ioas_alloc");

    /** The part that every kernel with the request takes; the rest is about nested tables. */
    static final StructLayout HWPT_ALLOC =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("dev_id"),
                            JAVA_INT.withName("pt_id"),
                            JAVA_INT.withName("out_hwpt_id"),
                            JAVA_INT.withName("__reserved"))
                    .withName("iommu_hwpt_alloc");

    static final StructLayout HW_INFO =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("dev_id"),
                            JAVA_INT.withName("data_len"),
                            JAVA_LONG.withName("data_uptr"),
                            JAVA_INT.withName("out_data_type"),
                            MemoryLayout.paddingLayout(Integer.BYTES),
                            JAVA_LONG.withName("out_capabilities"))
                    .withName("iommu_hw_info");

    static final int ALLOC_DIRTY_TRACKING = 1 << 1;
    static final long CAP_DIRTY_TRACKING = 1;

    private static final String PATH = "/dev/iommu";

    private final DeviceFile file;

    IommuFd(DeviceFile file) {
        this.file = file;
    }

    /**
     * Opens the interface.
     *
     * @return without objects
     * @throws io.jvmm.linux.SyscallException if it cannot be opened; ENOENT if the kernel has none
     */
    public static IommuFd open() {
        return new IommuFd(KernelFile.open(PATH));
    }

    DeviceFile file() {
        return file;
    }

    /** Makes an empty address space ({@code IOMMU_IOAS_ALLOC}) and answers with its number. */
    int allocateIoas() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment ioas = arena.allocate(IOAS_ALLOC);
            ioas.set(JAVA_INT, 0, (int) IOAS_ALLOC.byteSize());
            Failures.check(file.ioctl(IOMMU_IOAS_ALLOC, ioas), IOMMU_IOAS_ALLOC.name(), "");
            return ioas.get(JAVA_INT, Structs.offset(IOAS_ALLOC, "out_ioas_id"));
        }
    }

    /**
     * Makes a page table that logs writes ({@code IOMMU_HWPT_ALLOC}).
     *
     * @param deviceId the bound device
     * @param ioas the address space that the table shows
     * @return its number; empty if the hardware cannot, or if the device has none
     */
    OptionalInt allocateLoggingTable(int deviceId, int ioas) {
        if ((hardwareCapabilities(deviceId) & CAP_DIRTY_TRACKING) == 0) {
            return OptionalInt.empty();
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment table = arena.allocate(HWPT_ALLOC);
            table.set(JAVA_INT, 0, (int) HWPT_ALLOC.byteSize());
            table.set(JAVA_INT, Structs.offset(HWPT_ALLOC, "flags"), ALLOC_DIRTY_TRACKING);
            table.set(JAVA_INT, Structs.offset(HWPT_ALLOC, "dev_id"), deviceId);
            table.set(JAVA_INT, Structs.offset(HWPT_ALLOC, "pt_id"), ioas);
            Failures.check(
                    file.ioctl(IOMMU_HWPT_ALLOC, table),
                    IOMMU_HWPT_ALLOC.name(),
                    "device=" + deviceId);
            return OptionalInt.of(table.get(JAVA_INT, Structs.offset(HWPT_ALLOC, "out_hwpt_id")));
        }
    }

    /**
     * {@code IOMMU_GET_HW_INFO}; nothing for a device without hardware (ENOENT), or any failure.
     */
    private long hardwareCapabilities(int deviceId) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(HW_INFO);
            info.set(JAVA_INT, 0, (int) HW_INFO.byteSize());
            info.set(JAVA_INT, Structs.offset(HW_INFO, "dev_id"), deviceId);
            return file.ioctl(IOMMU_GET_HW_INFO, info) < 0
                    ? 0
                    : info.get(JAVA_LONG, Structs.offset(HW_INFO, "out_capabilities"));
        }
    }

    @Override
    public void close() {
        file.close();
    }
}
