package io.jvmm.vfio.user.server;

/**
 * What a device gives while it still runs.
 *
 * @param initialBytes there at once
 * @param dirtyBytes there once the initial part has been read, as if it had changed meanwhile
 */
public record Precopy(long initialBytes, long dirtyBytes) {
    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public Precopy {
        if (initialBytes < 0 || dirtyBytes < 0) {
            throw new IllegalArgumentException(
                    "A size is negative: initialBytes=%d dirtyBytes=%d"
                            .formatted(initialBytes, dirtyBytes));
        }
    }
}
