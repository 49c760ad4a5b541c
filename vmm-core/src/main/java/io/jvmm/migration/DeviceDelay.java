package io.jvmm.migration;

import io.jvmm.stream.NanoClock;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A device that is slow on purpose, once. The wait ends early when the attempt is decided: whoever
 * decides unparks the waiting thread.
 */
final class DeviceDelay {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final NanoClock clock;
    private final BooleanSupplier over;
    private final Runnable checkpoint;
    private long nanos;

    /**
     * Creates a delay.
     *
     * @param over whether the attempt is decided
     * @param checkpoint run at the end; throws if nothing may follow
     */
    DeviceDelay(long millis, NanoClock clock, BooleanSupplier over, Runnable checkpoint) {
        this.nanos = millis * NANOS_PER_MILLI;
        this.clock = clock;
        this.over = over;
        this.checkpoint = checkpoint;
    }

    /** Waits, the first time. */
    void spend() {
        if (nanos == 0) {
            return;
        }
        long end = clock.nanoTime() + nanos;
        nanos = 0;
        for (long left = nanos(end); left > 0; left = nanos(end)) {
            LockSupport.parkNanos(this, left);
        }
        checkpoint.run();
    }

    private long nanos(long end) {
        return over.getAsBoolean() ? 0 : end - clock.nanoTime();
    }
}
