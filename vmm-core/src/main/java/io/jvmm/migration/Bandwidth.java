package io.jvmm.migration;

import io.jvmm.migration.admission.LinkSource;

/**
 * How fast the link takes bytes. One thread; no allocation.
 *
 * <p>QEMU divides what went out in 100 ms by 100 ms. That holds while there is always more to send.
 * A guest that dirties little leaves the link idle, and the quotient says how little there was to
 * send: such a window only proves that the link is not slower. There a round counts that the
 * destination has confirmed, by its own time; and where rounds are confirmed at all, their mean and
 * variance are what is predicted with.
 */
final class Bandwidth {
    private static final long WINDOW_NANOS = 100_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    /** Fewer bytes are through before a clock can tell how fast they went. */
    static final long TELLING_BYTES = 1 << 20;

    /** By how much of itself a window's quotient may be wrong. */
    private static final double WINDOW_MARGIN = 0.25;

    private final MovingMean nanosPerByte = new MovingMean();
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
            double seen = windowBytes * NANOS_PER_SECOND / elapsed;
            bytesPerSecond = windowSaturated ? seen : Math.max(bytesPerSecond, seen);
            windowStart = nowNanos;
            windowBytes = 0;
            windowSaturated = true;
        }
    }

    /**
     * Takes note that the destination has taken bytes in. Few of them count only if they show a
     * faster link than is believed in: what else took time may have been anything.
     *
     * @param nanos how long the link was busy with them; of few bytes, how long until they were
     *     confirmed
     * @param bytes how many
     */
    void confirmed(long nanos, long bytes) {
        double perByte = (double) Math.max(1, nanos) / Math.max(1, bytes);
        double seen = NANOS_PER_SECOND / perByte;
        if (bytes >= TELLING_BYTES) {
            nanosPerByte.add(perByte);
            bytesPerSecond = seen;
        } else if (!nanosPerByte.isEmpty() && perByte < nanosPerByte.mean()) {
            nanosPerByte.add(perByte);
            bytesPerSecond = Math.max(bytesPerSecond, seen);
        }
    }

    /**
     * How long so many bytes will take, by the last measurement; the longest time there is while
     * nothing was measured.
     */
    long nanosFor(long bytes) {
        if (bytes == 0) {
            return 0;
        }
        if (bytesPerSecond <= 0) {
            return Long.MAX_VALUE;
        }
        return (long) (bytes / bytesPerSecond * NANOS_PER_SECOND);
    }

    /** How long so many bytes will take, on the average of what was confirmed. */
    long meanNanosFor(long bytes) {
        return nanosPerByte.isEmpty() ? nanosFor(bytes) : (long) (bytes * nanosPerByte.mean());
    }

    /** How much longer than {@link #meanNanosFor} they may take. */
    long marginNanosFor(long bytes) {
        return nanosPerByte.isEmpty()
                ? (long) (WINDOW_MARGIN * nanosFor(bytes))
                : (long) (bytes * nanosPerByte.margin());
    }

    /** Where the speed is known from. */
    LinkSource source() {
        if (!nanosPerByte.isEmpty()) {
            return LinkSource.CONFIRMED;
        }
        return bytesPerSecond > 0 ? LinkSource.WINDOW : LinkSource.UNKNOWN;
    }

    double bytesPerSecond() {
        return bytesPerSecond;
    }
}
