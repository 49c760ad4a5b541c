package io.jvmm.migration;

/** Mean and variance of what is measured again and again, the last few weighing most. */
final class MovingMean {
    private static final double LEAST_WEIGHT = 1.0 / 8;
    private static final double DEVIATIONS = 3;

    private long count;
    private double mean;
    private double variance;

    void add(double value) {
        count++;
        double weight = Math.max(1.0 / count, LEAST_WEIGHT);
        double difference = value - mean;
        variance = (1 - weight) * (variance + weight * difference * difference);
        mean += weight * difference;
    }

    boolean isEmpty() {
        return count == 0;
    }

    double mean() {
        return mean;
    }

    /**
     * How much above the mean the next may be: three standard deviations, and while there are few
     * values a part of the mean for what they have not shown.
     */
    double margin() {
        return DEVIATIONS * Math.sqrt(variance) + mean / (count + 1);
    }
}
