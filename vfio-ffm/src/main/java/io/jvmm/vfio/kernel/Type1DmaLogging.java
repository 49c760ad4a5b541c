package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.VfioCapability.DirtyTracking;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The log of a type 1 IOMMU ({@code VFIO_IOMMU_DIRTY_PAGES}): which pages the kernel, or a device
 * that it cannot see into, may have written. A range must cover whole mappings, and a bit stands
 * for the smallest page of the IOMMU. The kernel overwrites the bitmap that it is given, so it gets
 * one of ours.
 */
final class Type1DmaLogging implements DmaLogging {
    static final StructLayout BITMAP =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("pgsize"),
                            JAVA_LONG.withName("size"),
                            JAVA_LONG.withName("data"))
                    .withName("vfio_bitmap");
    static final StructLayout DIRTY_BITMAP =
            MemoryLayout.structLayout(JAVA_INT.withName("argsz"), JAVA_INT.withName("flags"))
                    .withName("vfio_iommu_type1_dirty_bitmap");
    static final StructLayout DIRTY_BITMAP_GET =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("iova"),
                            JAVA_LONG.withName("size"),
                            BITMAP.withName("bitmap"))
                    .withName("vfio_iommu_type1_dirty_bitmap_get");

    static final int FLAG_START = 1;
    static final int FLAG_STOP = 1 << 1;
    static final int FLAG_GET_BITMAP = 1 << 2;

    private static final long FLAGS = Structs.offset(DIRTY_BITMAP, "flags");
    private static final long GET = DIRTY_BITMAP.byteSize();
    private static final long IOVA = GET + Structs.offset(DIRTY_BITMAP_GET, "iova");
    private static final long SIZE = GET + Structs.offset(DIRTY_BITMAP_GET, "size");
    private static final long GET_BITMAP = GET + Structs.offset(DIRTY_BITMAP_GET, "bitmap");
    private static final long BITMAP_PAGE = GET_BITMAP + Structs.offset(BITMAP, "pgsize");
    private static final long BITMAP_SIZE = GET_BITMAP + Structs.offset(BITMAP, "size");
    private static final long BITMAP_DATA = GET_BITMAP + Structs.offset(BITMAP, "data");

    private final DeviceFile container;
    private final long pageSize;
    private final long maxBitmapBytes;
    private final MemorySegment control = Arena.ofAuto().allocate(DIRTY_BITMAP);
    private final MemorySegment get =
            Arena.ofAuto().allocate(GET + DIRTY_BITMAP_GET.byteSize(), Long.BYTES);
    private MemorySegment dirty = MemorySegment.NULL; // until the start

    Type1DmaLogging(DeviceFile container, DirtyTracking tracking) {
        this.container = container;
        pageSize = Long.lowestOneBit(tracking.pageSizes());
        maxBitmapBytes = tracking.maxBitmapBytes();
    }

    @Override
    public void start(long iova, long length, long pageSize) {
        DirtyBitmap.requireRange(iova, length, pageSize);
        long bytes = DirtyBitmap.bytes(length, pageSize);
        if (pageSize != this.pageSize || Long.compareUnsigned(bytes, maxBitmapBytes) > 0) {
            throw new VfioException(
                    "The IOMMU cannot log this: pageSize=%d bitmap=%d, possible: pageSize=%d bitmap=%d"
                            .formatted(pageSize, bytes, this.pageSize, maxBitmapBytes));
        }
        dirty = Arena.ofAuto().allocate(bytes, Long.BYTES);
        control(FLAG_START, "start");
    }

    @Override
    public void report(long iova, long length, long pageSize, MemorySegment bitmap) {
        DirtyBitmap.requireRange(iova, length, pageSize);
        DirtyBitmap.requireRoom(bitmap, length, pageSize);
        long bytes = DirtyBitmap.bytes(length, pageSize);
        if (pageSize != this.pageSize || bytes > dirty.byteSize()) {
            throw new VfioException(
                    "No report of this range was prepared: pageSize=%d length=%d"
                            .formatted(pageSize, length));
        }
        dirty.fill((byte) 0);
        get.set(JAVA_INT, 0, (int) get.byteSize());
        get.set(JAVA_INT, FLAGS, FLAG_GET_BITMAP);
        get.set(JAVA_LONG, IOVA, iova);
        get.set(JAVA_LONG, SIZE, length);
        get.set(JAVA_LONG, BITMAP_PAGE, pageSize);
        get.set(JAVA_LONG, BITMAP_SIZE, bytes);
        get.set(JAVA_LONG, BITMAP_DATA, dirty.address());
        long result = container.ioctl(VfioContainer.VFIO_IOMMU_DIRTY_PAGES, get);
        if (result < 0) {
            throw failure(result, "report");
        }
        for (long at = 0; at < bytes; at += Long.BYTES) {
            bitmap.set(JAVA_LONG, at, bitmap.get(JAVA_LONG, at) | dirty.get(JAVA_LONG, at));
        }
    }

    @Override
    public void stop() {
        control(FLAG_STOP, "stop");
    }

    private void control(int flag, String action) {
        control.set(JAVA_INT, 0, (int) control.byteSize());
        control.set(JAVA_INT, FLAGS, flag);
        long result = container.ioctl(VfioContainer.VFIO_IOMMU_DIRTY_PAGES, control);
        if (result < 0) {
            throw failure(result, action);
        }
    }

    private static RuntimeException failure(long result, String action) {
        return Failures.of(result, VfioContainer.VFIO_IOMMU_DIRTY_PAGES.name(), "action=" + action);
    }
}
