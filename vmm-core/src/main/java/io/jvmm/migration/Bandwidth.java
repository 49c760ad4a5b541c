package io.jvmm.migration;

/**
 * How fast the link takes bytes, measured over windows of 100 ms as QEMU does. One thread; no
 * allocation.
 */
final class Bandwidth {
    private static final long WINDOW_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    private long windowStart;
    private long windowPosition;
    private double bytesPerSecond;

    Bandwidth(long nowNanos, long position) {
        windowStart = nowNanos;
        windowPosition = position;
    }

    /** Takes note of the stream's position; closes a window when it is old enough. */
    void update(long nowNanos, long position) {
        long elapsed = nowNanos - windowStart;
        if (elapsed < WINDOW_NANOS) {
            return;
        }
        bytesPerSecond = (position - windowPosition) * NANOS_PER_SECOND / elapsed;
        windowStart = nowNanos;
        windowPosition = position;
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
