package io.jvmm.migration.admission;

/**
 * A cost that is measured again and again: mean and variance, the last few samples weighing most.
 *
 * <p>A phase that an abort cut short proves only that it takes at least so long. Such a bound
 * counts where it is above the mean; it makes no variance, since it says nothing about how much
 * longer.
 *
 * @param samples how many were counted
 * @param whole how many of them were measured to their end
 * @param meanNanos the mean
 * @param variance the mean square of the differences from it
 * @param leastNanos the shortest that was measured to its end; while there is none, the longest
 *     bound
 */
public record Estimate(
        long samples, long whole, double meanNanos, double variance, long leastNanos) {
    static final Estimate NONE = new Estimate(0, 0, 0, 0, 0);

    private static final double LEAST_WEIGHT = 1.0 / 8;
    private static final double DEVIATIONS = 3;

    /** Checks that the figures are possible, whoever wrote them. */
    public Estimate {
        boolean possible =
                samples >= 0
                        && whole >= 0
                        && whole <= samples
                        && leastNanos >= 0
                        && isFigure(meanNanos)
                        && isFigure(variance);
        if (!possible) {
            throw new IllegalArgumentException(
                    "Not an estimate: samples=%d whole=%d mean=%s variance=%s least=%d"
                            .formatted(samples, whole, meanNanos, variance, leastNanos));
        }
    }

    private static boolean isFigure(double value) {
        return value >= 0 && value <= 1e36;
    }

    /**
     * Counts a cost that was measured to its end.
     *
     * @param nanos how long it took
     * @return the estimate with it
     */
    public Estimate withSample(long nanos) {
        long least = whole == 0 ? nanos : Math.min(leastNanos, nanos);
        return with(nanos, least, whole + 1);
    }

    /**
     * Counts a cost that was cut short.
     *
     * @param nanos how long it took until then
     * @return the estimate with it; the same if it says nothing new
     */
    public Estimate withBound(long nanos) {
        if (nanos <= meanNanos) {
            return this;
        }
        if (whole == 0) {
            return new Estimate(samples + 1, 0, nanos, 0, nanos);
        }
        return with(nanos, leastNanos, whole);
    }

    private Estimate with(long nanos, long least, long wholes) {
        double weight = whole == 0 ? 1 : Math.max(1.0 / (samples + 1), LEAST_WEIGHT);
        double difference = nanos - meanNanos;
        double spread =
                whole == 0 ? 0 : (1 - weight) * (variance + weight * difference * difference);
        return new Estimate(samples + 1, wholes, meanNanos + weight * difference, spread, least);
    }

    /**
     * How much longer than the mean it may take: three standard deviations, and while there are few
     * samples a part of the mean for what they have not shown.
     *
     * @return nanoseconds
     */
    public long marginNanos() {
        return whole == 0
                ? 0
                : (long) (DEVIATIONS * Math.sqrt(variance) + meanNanos / (samples + 1));
    }
}
