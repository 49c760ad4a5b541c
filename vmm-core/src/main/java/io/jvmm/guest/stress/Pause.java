package io.jvmm.guest.stress;

/**
 * A time between two readings of the clock.
 *
 * @param startNanos the earlier reading, on the host's monotonic clock
 * @param lengthNanos until the later one
 */
public record Pause(long startNanos, long lengthNanos) {

    /**
     * Whether the pause and a span of time have an instant in common.
     *
     * @param fromNanos start of the span
     * @param toNanos end of the span
     * @return true if they overlap
     */
    public boolean overlaps(long fromNanos, long toNanos) {
        return startNanos - toNanos <= 0 && fromNanos - (startNanos + lengthNanos) <= 0;
    }
}
