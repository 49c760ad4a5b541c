package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Ioctl;
import io.jvmm.vfio.DmaLogging;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.ref.Reference;

/** The log that an IOMMU keeps in its page table ({@code IOMMU_HWPT_GET_DIRTY_BITMAP}). */
final class HardwareDmaLogging implements DmaLogging {
    static final StructLayout SET_DIRTY_TRACKING =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("hwpt_id"),
                            JAVA_INT.withName("__reserved"))
                    .withName("iommu_hwpt_set_dirty_tracking");
    static final StructLayout GET_DIRTY_BITMAP =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("hwpt_id"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("__reserved"),
                            JAVA_LONG.withName("iova"),
                            JAVA_LONG.withName("length"),
                            JAVA_LONG.withName("page_size"),
                            JAVA_LONG.withName("data"))
                    .withName("iommu_hwpt_get_dirty_bitmap");

    static final int ENABLE = 1;

    private static final long FLAGS = Structs.offset(SET_DIRTY_TRACKING, "flags");
    private static final long IOVA = Structs.offset(GET_DIRTY_BITMAP, "iova");
    private static final long LENGTH = Structs.offset(GET_DIRTY_BITMAP, "length");
    private static final long PAGE_SIZE = Structs.offset(GET_DIRTY_BITMAP, "page_size");
    private static final long DATA = Structs.offset(GET_DIRTY_BITMAP, "data");

    private final DeviceFile iommu;
    private final int table;
    private final MemorySegment tracking = Arena.ofAuto().allocate(SET_DIRTY_TRACKING);
    private final MemorySegment get = Arena.ofAuto().allocate(GET_DIRTY_BITMAP);

    HardwareDmaLogging(DeviceFile iommu, int table) {
        this.iommu = iommu;
        this.table = table;
        tracking.set(JAVA_INT, 0, (int) SET_DIRTY_TRACKING.byteSize());
        tracking.set(JAVA_INT, Structs.offset(SET_DIRTY_TRACKING, "hwpt_id"), table);
        get.set(JAVA_INT, 0, (int) GET_DIRTY_BITMAP.byteSize());
        get.set(JAVA_INT, Structs.offset(GET_DIRTY_BITMAP, "hwpt_id"), table);
    }

    @Override
    public void start(long iova, long length, long pageSize) {
        DirtyBitmap.requireRange(iova, length, pageSize);
        track(ENABLE);
    }

    @Override
    public void report(long iova, long length, long pageSize, MemorySegment bitmap) {
        DirtyBitmap.requireRange(iova, length, pageSize);
        DirtyBitmap.requireRoom(bitmap, length, pageSize);
        try {
            get.set(JAVA_LONG, IOVA, iova);
            get.set(JAVA_LONG, LENGTH, length);
            get.set(JAVA_LONG, PAGE_SIZE, pageSize);
            get.set(JAVA_LONG, DATA, bitmap.address());
            request(IommuFd.IOMMU_HWPT_GET_DIRTY_BITMAP, get);
        } finally {
            Reference.reachabilityFence(bitmap);
        }
    }

    @Override
    public void stop() {
        track(0);
    }

    private void track(int flags) {
        tracking.set(JAVA_INT, FLAGS, flags);
        request(IommuFd.IOMMU_HWPT_SET_DIRTY_TRACKING, tracking);
    }

    private void request(Ioctl request, MemorySegment argument) {
        long result = iommu.ioctl(request, argument);
        if (result < 0) {
            throw Failures.of(result, request.name(), "table=" + table);
        }
    }
}
