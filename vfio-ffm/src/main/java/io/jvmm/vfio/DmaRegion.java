package io.jvmm.vfio;

import io.jvmm.linux.Fd;
import java.lang.foreign.MemorySegment;

/**
 * Memory that a device may reach.
 *
 * @param iova where the device sees it
 * @param memory the memory, page-aligned; must stay mapped while the device may reach it
 * @param file the file behind the memory, which a server maps for itself
 * @param fileOffset where the memory begins in the file
 */
public record DmaRegion(long iova, MemorySegment memory, Fd file, long fileOffset) {
    /**
     * The region's length.
     *
     * @return bytes
     */
    public long size() {
        return memory.byteSize();
    }
}
