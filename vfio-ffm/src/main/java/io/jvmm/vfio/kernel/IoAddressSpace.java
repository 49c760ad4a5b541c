package io.jvmm.vfio.kernel;

import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioException;
import java.util.Optional;

/** What a device of the kernel sees of memory, whichever interface holds it. */
sealed interface IoAddressSpace extends AutoCloseable permits VfioContainer, Ioas {
    /** Lets the devices of this space reach memory. */
    void map(DmaRegion region);

    /** Takes it from them; it must have been mapped as a whole. */
    void unmap(DmaRegion region);

    /** The IOMMU's log of what they write. */
    Optional<DmaLogging> dmaLogging();

    /** Gives all that was opened for it back. */
    @Override
    void close();

    /** Requires memory that the kernel can pin. */
    static void requireNative(DmaRegion region) {
        if (!region.memory().isNative() || region.size() == 0) {
            throw new VfioException(
                    "A device can only reach native memory: iova=%x size=%d"
                            .formatted(region.iova(), region.size()));
        }
    }

    /** Requires all of a region to be gone. */
    static void requireUnmapped(DmaRegion region, long unmapped) {
        if (unmapped != region.size()) {
            throw new VfioException(
                    "Another range was mapped than is to be unmapped: iova=%x size=%d unmapped=%d"
                            .formatted(region.iova(), region.size(), unmapped));
        }
    }
}
