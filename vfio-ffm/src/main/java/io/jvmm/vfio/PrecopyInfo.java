package io.jvmm.vfio;

/**
 * What is left to read in PRE_COPY ({@code struct vfio_precopy_info}).
 *
 * @param initialBytes of the part that the destination should have before the switchover
 * @param dirtyBytes of what has changed since; also what there is now beyond the initial part
 */
public record PrecopyInfo(long initialBytes, long dirtyBytes) {}
