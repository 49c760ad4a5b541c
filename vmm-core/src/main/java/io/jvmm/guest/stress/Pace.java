package io.jvmm.guest.stress;

/**
 * How a rate is kept: so many pages, then wait until so much time has passed.
 *
 * @param pagesPerReading pages between two readings of the clock
 * @param nanosPerReading time that they may take at least; 0 = as fast as it can
 */
record Pace(int pagesPerReading, int nanosPerReading) {

    /** On emulated KVM (1.4 M instructions/s) 32 pages are a millisecond, a reading 50 µs. */
    private static final int MOST_PAGES = 32;

    private static final int NANOS_PER_SECOND = 1_000_000_000;

    static Pace of(int pagesPerSecond, int vcpus) {
        if (pagesPerSecond == 0) {
            return new Pace(MOST_PAGES, 0);
        }
        double each = (double) pagesPerSecond / vcpus;
        int pages = Math.clamp((long) (each / 1000), 1, MOST_PAGES);
        double nanos = pages * (NANOS_PER_SECOND / each);
        return new Pace(pages, Math.clamp((long) nanos, 1, Integer.MAX_VALUE));
    }
}
