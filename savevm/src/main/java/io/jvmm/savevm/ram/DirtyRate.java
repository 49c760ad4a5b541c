package io.jvmm.savevm.ram;

import io.jvmm.stream.NanoClock;

/** Pages dirtied per second, over periods of at least one second that begin and end with a sync. */
final class DirtyRate {
    private static final long SECOND = 1_000_000_000;

    private final NanoClock clock;
    private long periodStart;
    private long pages;

    DirtyRate(NanoClock clock) {
        this.clock = clock;
    }

    void start() {
        periodStart = clock.nanoTime();
        pages = 0;
    }

    /** Counts the pages of a sync; says the rate if that ended a period. */
    void add(long newlyDirty, RamCounters counters) {
        pages += newlyDirty;
        long now = clock.nanoTime();
        long nanos = now - periodStart;
        if (nanos > SECOND) {
            counters.dirtyPagesRate((long) ((double) pages * SECOND / nanos));
            periodStart = now;
            pages = 0;
        }
    }
}
