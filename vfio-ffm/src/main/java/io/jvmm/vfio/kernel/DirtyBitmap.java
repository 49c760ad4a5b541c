package io.jvmm.vfio.kernel;

import io.jvmm.vfio.VfioException;
import java.lang.foreign.MemorySegment;

/** What every report of written pages must keep to before the kernel writes a bitmap. */
final class DirtyBitmap {
    private static final long MIN_PAGE = 4096;

    private DirtyBitmap() {}

    /** Bytes of the bitmap of a range, whole 64-bit words. */
    static long bytes(long length, long pageSize) {
        return (length / pageSize + Long.SIZE - 1) / Long.SIZE * Long.BYTES;
    }

    /** Requires a range of whole pages. */
    static void requireRange(long iova, long length, long pageSize) {
        if (Long.bitCount(pageSize) != 1
                || pageSize < MIN_PAGE
                || length <= 0
                || ((iova | length) & (pageSize - 1)) != 0
                || Long.compareUnsigned(iova, iova + length - 1) > 0) {
            throw new VfioException(
                    "No range of whole pages: iova=%x length=%d pageSize=%d"
                            .formatted(iova, length, pageSize));
        }
    }

    /** Requires the bitmap to have room for the range. */
    static void requireRoom(MemorySegment bitmap, long length, long pageSize) {
        if (!bitmap.isNative()
                || bitmap.address() % Long.BYTES != 0
                || bitmap.byteSize() < bytes(length, pageSize)) {
            throw new VfioException(
                    "No bitmap of native, whole 64-bit words for the range: length=%d pageSize=%d bytes=%d"
                            .formatted(length, pageSize, bitmap.byteSize()));
        }
    }
}
