package io.jvmm.vfio;

/**
 * What is left to read in PRE_COPY ({@code struct vfio_precopy_info}).
 *
 * @param initialBytes of the part that the destination should have before the switchover
 * @param dirtyBytes of what has changed since; also what there is now beyond the initial part
 * @param reinit whether a new initial part has begun since the last question, so that the
 *     destination should have that one too ({@code VFIO_PRECOPY_INFO_REINIT}); false where the
 *     kernel does not know the flag
 */
public record PrecopyInfo(long initialBytes, long dirtyBytes, boolean reinit) {
    /** Checks the numbers: they come from a device. */
    public PrecopyInfo {
        if (initialBytes < 0 || dirtyBytes < 0) {
            throw new VfioException(
                    "A device has more than 2^63 bytes to give: initial=%d dirty=%d"
                            .formatted(initialBytes, dirtyBytes));
        }
    }
}
