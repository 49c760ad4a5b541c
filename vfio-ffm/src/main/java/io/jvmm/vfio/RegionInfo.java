package io.jvmm.vfio;

import java.util.List;

/**
 * One region of a device ({@code struct vfio_region_info}).
 *
 * @param index its number
 * @param size bytes; 0 if the device does not have it
 * @param offset where it begins in the device's file
 * @param readable whether it can be read
 * @param writable whether it can be written
 * @param mappable the areas that can be mapped, possibly the whole; empty if none
 */
public record RegionInfo(
        int index,
        long size,
        long offset,
        boolean readable,
        boolean writable,
        List<MappableArea> mappable) {
    /** Checks the numbers. */
    public RegionInfo {
        if (size < 0 || offset < 0) {
            throw new VfioException(
                    "A region's place makes no sense: region=%d size=%d offset=%d"
                            .formatted(index, size, offset));
        }
        mappable = List.copyOf(mappable);
    }

    /**
     * A part of a region that can be mapped.
     *
     * @param offset from the region's beginning
     * @param size bytes
     */
    public record MappableArea(long offset, long size) {}

    /**
     * Requires an access to lie inside the region: a device need not check it.
     *
     * @param at from the region's beginning
     * @param length bytes
     * @throws VfioException if it does not
     */
    public void requireInside(long at, long length) {
        if (at < 0 || length < 0 || at > size - length) {
            throw new VfioException(
                    "An access lies outside the region: region=%d size=%d offset=%d length=%d"
                            .formatted(index, size, at, length));
        }
    }
}
