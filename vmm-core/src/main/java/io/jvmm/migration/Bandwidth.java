package io.jvmm.migration;

/**
 * How fast the link takes bytes. One thread; no allocation.
 *
 * <p>QEMU divides what went out in 100 ms by 100 ms. That holds while there is always more to send.
 * A guest that dirties little leaves the link idle, and the quotient says how little there was to
 * send: such a window only proves that the link is not slower. There a round counts that the
 * destination has confirmed, by its own time.
 */
final class Bandwidth {
    private static final long WINDOW_NANOS = 100_000_000;
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
     * @param nowNanos when it ended; windows end with rounds
     * @param bytes what it sent
     * @param drained whether it sent all there was
     */
    void update(long nowNanos, long bytes, boolean drained) {
        windowBytes += bytes;
        windowSaturated &= !drained;
        long elapsed = nowNanos - windowStart;
        if (elapsed >= WINDOW_NANOS) {
            double seen = perSecond(windowBytes, elapsed);
            bytesPerSecond = windowSaturated ? seen : Math.max(bytesPerSecond, seen);
            windowStart = nowNanos;
            windowBytes = 0;
            windowSaturated = true;
        }
    }

    /**
     * Takes note that the destination has taken in a round.
     *
     * @param nanos from the round's beginning to the destination's word
     * @param bytes what was sent
     */
    void confirmed(long nanos, long bytes) {
        bytesPerSecond = perSecond(bytes, Math.max(1, nanos));
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
