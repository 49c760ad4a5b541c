package io.jvmm.vfio.check;

import java.util.Arrays;

/**
 * How long something took, over its repetitions.
 *
 * @param count repetitions; 0 if it was not measured
 * @param p50Nanos the median
 * @param p99Nanos the 99th percentile, by nearest rank
 * @param maxNanos the longest
 */
public record Timing(int count, long p50Nanos, long p99Nanos, long maxNanos) {
    /** Not measured. */
    public static final Timing NONE = new Timing(0, 0, 0, 0);

    /** The timing of these samples, in any order. */
    static Timing of(long[] nanos) {
        if (nanos.length == 0) {
            return NONE;
        }
        long[] sorted = nanos.clone();
        Arrays.sort(sorted);
        return new Timing(
                sorted.length, rank(sorted, 50), rank(sorted, 99), sorted[sorted.length - 1]);
    }

    private static long rank(long[] sorted, int percent) {
        return sorted[Math.max(0, Math.ceilDiv(sorted.length * percent, 100) - 1)];
    }
}
