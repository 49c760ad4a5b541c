package io.jvmm.vfio;

import java.lang.foreign.MemorySegment;

/**
 * Which memory a device has written ({@code VFIO_DEVICE_FEATURE_DMA_LOGGING_*}, or the IOMMU's).
 */
public interface DmaLogging {
    /**
     * Begins to log.
     *
     * @param iova first address
     * @param length bytes
     * @param pageSize bytes per page, a power of two
     */
    void start(long iova, long length, long pageSize);

    /**
     * Says what has been written since the last report, or the start. Allocates nothing.
     *
     * @param iova first address, page-aligned
     * @param length bytes, a multiple of the page size
     * @param pageSize bytes per bit
     * @param bitmap bits are set in it, none is cleared: bit k of the little-endian 64-bit words is
     *     the page at {@code iova + k * pageSize}
     */
    void report(long iova, long length, long pageSize, MemorySegment bitmap);

    /** Ends it. */
    void stop();
}
