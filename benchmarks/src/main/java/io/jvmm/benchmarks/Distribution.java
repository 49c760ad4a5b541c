package io.jvmm.benchmarks;

import org.HdrHistogram.Histogram;

/** Times, told as the percentiles that matter for a deadline. Three digits; one thread. */
final class Distribution {
    private static final int DIGITS = 3;
    private static final String ROW = "%-46s %7s %10s %10s %10s %10s";
    private static final double NANOS_PER_MICRO = 1e3;

    private final Histogram nanos = new Histogram(DIGITS);

    void record(long value) {
        nanos.recordValue(value);
    }

    long count() {
        return nanos.getTotalCount();
    }

    /** How many were above a value. */
    long above(long value) {
        return nanos.getCountBetweenValues(value + 1, Long.MAX_VALUE);
    }

    static String header(String what) {
        return ROW.formatted(what + ", us", "n", "p50", "p99", "p99.9", "max");
    }

    String row(String name) {
        return ROW.formatted(
                name,
                count(),
                micros(nanos.getValueAtPercentile(50)),
                micros(nanos.getValueAtPercentile(99)),
                micros(nanos.getValueAtPercentile(99.9)),
                micros(nanos.getMaxValue()));
    }

    private static String micros(long value) {
        return "%.1f".formatted(value / NANOS_PER_MICRO);
    }
}
