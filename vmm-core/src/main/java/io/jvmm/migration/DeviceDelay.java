package io.jvmm.migration;

import io.jvmm.stream.NanoClock;
import java.util.concurrent.locks.LockSupport;

/**
 * A device that is slow on purpose, once. The wait ends early when the attempt is decided: whoever
 * decides unparks the waiting thread, and the checkpoint throws.
 */
final class DeviceDelay {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final NanoClock clock;
    private final Runnable checkpoint;
    private long nanos;

    DeviceDelay(long millis, NanoClock clock, Runnable checkpoint) {
        this.nanos = millis * NANOS_PER_MILLI;
        this.clock = clock;
        this.checkpoint = checkpoint;
    }

    /** Waits, the first time. */
    void spend() {
        if (nanos == 0) {
            return;
        }
        long end = clock.nanoTime() + nanos;
        nanos = 0;
        for (long left = end - clock.nanoTime(); left > 0; left = end - clock.nanoTime()) {
            checkpoint.run();
            LockSupport.parkNanos(this, left);
        }
        checkpoint.run();
    }
}
