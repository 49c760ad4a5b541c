package io.jvmm.benchmarks;

import io.jvmm.stream.NanoClock;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The clock that a guest reads, which remembers between which two readings the guest did not run.
 * So the guest itself says when it executed its next instruction: at the latest then.
 *
 * <p>Made for one guest with one vCPU, whose thread is told from others by its name. The last
 * {@link #KEPT} gaps are kept; {@link #gapAround} is for any one thread.
 */
final class GuestClock implements NanoClock {
    private static final String VCPU_THREAD = "vcpu-0";
    private static final int KEPT = 256;
    private static final long SHORTEST_GAP_NANOS = 100_000;
    private static final long POLL_NANOS = 50_000;
    private static final long PATIENCE_NANOS = 10_000_000_000L;

    /**
     * Two readings that follow each other.
     *
     * @param startNanos the earlier
     * @param endNanos the later
     */
    record Gap(long startNanos, long endNanos) {}

    private final long[] starts = new long[KEPT];
    private final long[] ends = new long[KEPT];
    private volatile int gaps;
    private volatile long lastReading = System.nanoTime();

    @Override
    public long nanoTime() {
        long now = System.nanoTime();
        if (Thread.currentThread().getName().equals(VCPU_THREAD)) {
            guestReads(now);
        }
        return now;
    }

    /** vCPU thread only. */
    private void guestReads(long now) {
        long previous = lastReading;
        if (now - previous > SHORTEST_GAP_NANOS) {
            int next = gaps;
            starts[next % KEPT] = previous;
            ends[next % KEPT] = now;
            gaps = next + 1;
        }
        lastReading = now;
    }

    /**
     * The gap that contains an instant; waits until the guest has read the clock after it.
     *
     * @return empty if the guest ran at that instant
     * @throws IllegalStateException if the guest does not run again
     */
    Optional<Gap> gapAround(long instant) {
        long patience = System.nanoTime() + PATIENCE_NANOS;
        while (lastReading - instant <= 0) {
            if (System.nanoTime() - patience > 0) {
                throw new IllegalStateException("The guest does not run any more.");
            }
            LockSupport.parkNanos(this, POLL_NANOS);
        }
        int newest = gaps - 1;
        for (int i = newest; i > newest - KEPT / 2 && i >= 0; i--) {
            if (starts[i % KEPT] - instant <= 0 && ends[i % KEPT] - instant > 0) {
                return Optional.of(new Gap(starts[i % KEPT], ends[i % KEPT]));
            }
        }
        return Optional.empty();
    }
}
