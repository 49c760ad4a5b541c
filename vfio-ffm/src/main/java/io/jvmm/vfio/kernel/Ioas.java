package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Ioctl;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * An address space of an {@link IommuFd}, which it owns ({@code IOMMU_IOAS_MAP}, {@code
 * IOMMU_IOAS_UNMAP}).
 */
final class Ioas implements IoAddressSpace {
    static final StructLayout MAP =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("ioas_id"),
                            JAVA_INT.withName("__reserved"),
                            JAVA_LONG.withName("user_va"),
                            JAVA_LONG.withName("length"),
                            JAVA_LONG.withName("iova"))
                    .withName("iommu_ioas_map");
    static final StructLayout UNMAP =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("ioas_id"),
                            JAVA_LONG.withName("iova"),
                            JAVA_LONG.withName("length"))
                    .withName("iommu_ioas_unmap");

    static final int FIXED_IOVA = 1;
    static final int WRITEABLE = 1 << 1;
    static final int READABLE = 1 << 2;

    private final IommuFd iommu;
    private final int id;
    private final OptionalInt loggingTable;

    private Ioas(IommuFd iommu, int id, OptionalInt loggingTable) {
        this.iommu = iommu;
        this.id = id;
        this.loggingTable = loggingTable;
    }

    /**
     * Binds a device that was opened by itself, and attaches it to a new address space: through a
     * page table that logs writes where the hardware has that.
     */
    static Ioas attach(IommuFd iommu, DeviceCdev cdev) {
        int deviceId = cdev.bind(iommu);
        int id = iommu.allocateIoas();
        OptionalInt loggingTable = iommu.allocateLoggingTable(deviceId, id);
        cdev.attach(loggingTable.orElse(id));
        return new Ioas(iommu, id, loggingTable);
    }

    @Override
    public void map(DmaRegion region) {
        IoAddressSpace.requireNative(region);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(MAP);
            map.set(JAVA_INT, 0, (int) MAP.byteSize());
            map.set(JAVA_INT, Structs.offset(MAP, "flags"), FIXED_IOVA | WRITEABLE | READABLE);
            map.set(JAVA_INT, Structs.offset(MAP, "ioas_id"), id);
            map.set(JAVA_LONG, Structs.offset(MAP, "user_va"), region.memory().address());
            map.set(JAVA_LONG, Structs.offset(MAP, "length"), region.size());
            map.set(JAVA_LONG, Structs.offset(MAP, "iova"), region.iova());
            request(IommuFd.IOMMU_IOAS_MAP, map, region);
        }
    }

    @Override
    public void unmap(DmaRegion region) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment unmap = arena.allocate(UNMAP);
            unmap.set(JAVA_INT, 0, (int) UNMAP.byteSize());
            unmap.set(JAVA_INT, Structs.offset(UNMAP, "ioas_id"), id);
            unmap.set(JAVA_LONG, Structs.offset(UNMAP, "iova"), region.iova());
            unmap.set(JAVA_LONG, Structs.offset(UNMAP, "length"), region.size());
            request(IommuFd.IOMMU_IOAS_UNMAP, unmap, region);
            IoAddressSpace.requireUnmapped(
                    region, unmap.get(JAVA_LONG, Structs.offset(UNMAP, "length")));
        }
    }

    private void request(Ioctl request, MemorySegment argument, DmaRegion region) {
        Failures.check(
                iommu.file().ioctl(request, argument),
                request.name(),
                "ioas=%d iova=%x size=%d".formatted(id, region.iova(), region.size()));
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        return loggingTable.isPresent()
                ? Optional.of(new HardwareDmaLogging(iommu.file(), loggingTable.getAsInt()))
                : Optional.empty();
    }

    @Override
    public void close() {
        iommu.close();
    }
}
