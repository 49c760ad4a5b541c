package io.jvmm.migration;

/**
 * How fast the link takes bytes. One thread; no allocation.
 *
 * <p>QEMU divides what went out in 100 ms by 100 ms. That holds while there is always more to send.
 * A guest that dirties little leaves the link idle, and the quotient says how little there was to
 * send: such a window only proves that the link is not slower. A round of {@link #LARGE_ROUND}
 * bytes or more, which no socket buffer swallows whole, is measured by its own time.
 */
final class Bandwidth {
    private static final long WINDOW_NANOS = 100_000_000;
    private static final long LARGE_ROUND = 1 << 20;
    private static final double NANOS_PER_SECOND = 1e9;

    private long windowStart;
    private long windowBytes;
    private boolean windowSaturated = true;
    private double bytesPerSecond;

    Bandwidth(long nowNanos) {
        windowStart = nowNanos;
    }

    /**
     * Takes note of a round.
     *
     * @param beginNanos when it began
     * @param endNanos when it ended; windows end with rounds
     * @param bytes what it sent
     * @param drained whether it sent all there was
     */
    void update(long beginNanos, long endNanos, long bytes, boolean drained) {
        if (bytes >= LARGE_ROUND && endNanos > beginNanos) {
            bytesPerSecond = perSecond(bytes, endNanos - beginNanos);
        }
        windowBytes += bytes;
        windowSaturated &= !drained;
        long elapsed = endNanos - windowStart;
        if (elapsed >= WINDOW_NANOS) {
            double seen = perSecond(windowBytes, elapsed);
            bytesPerSecond = windowSaturated ? seen : Math.max(bytesPerSecond, seen);
            windowStart = endNanos;
            windowBytes = 0;
            windowSaturated = true;
        }
    }

    private static double perSecond(long bytes, long nanos) {
        return bytes * NANOS_PER_SECOND / nanos;
    }

    /** How long so many bytes will take; the longest time there is while nothing was measured. */
    long nanosFor(long bytes) {
        if (bytes == 0) {
            return 0;
        }
        if (bytesPerSecond <= 0) {
            return Long.MAX_VALUE;
        }
        return (long) (bytes / bytesPerSecond * NANOS_PER_SECOND);
    }

    double bytesPerSecond() {
        return bytesPerSecond;
    }
}
