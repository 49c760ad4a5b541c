package io.jvmm.migration.switchover;

import com.lmax.disruptor.AlertException;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.TimeoutException;
import com.lmax.disruptor.WaitStrategy;
import io.jvmm.stream.NanoClock;
import java.util.concurrent.locks.LockSupport;

/**
 * Waits for the next event or for the deadline, whichever is first: sleeps until {@link
 * #SPIN_NANOS} before the deadline and spins from there.
 *
 * <p>Publishing does not wake the consumer, so it costs the producer no system call: the consumer
 * only needs the phase at the deadline, and finds all events then. Who arms, disarms or closes the
 * watch unparks its thread.
 */
final class DeadlineWaitStrategy implements WaitStrategy {
    /** Spinning longer uses up the time slice on a busy machine and is then late by a whole one. */
    static final long SPIN_NANOS = 300_000;

    private final NanoClock clock;
    private boolean armed;
    private long deadline;

    DeadlineWaitStrategy(NanoClock clock) {
        this.clock = clock;
    }

    /** Consumer thread only. */
    void arm(long deadlineNanos) {
        deadline = deadlineNanos;
        armed = true;
    }

    /** Consumer thread only. */
    void disarm() {
        armed = false;
    }

    @Override
    public long waitFor(
            long sequence, Sequence cursor, Sequence dependentSequence, SequenceBarrier barrier)
            throws AlertException, TimeoutException {
        while (true) {
            // The clock first: what was published before the deadline is seen before it fires.
            long left = armed ? deadline - clock.nanoTime() : Long.MAX_VALUE;
            long available = dependentSequence.get();
            if (available >= sequence) {
                return available;
            }
            barrier.checkAlert();
            if (!armed) {
                LockSupport.park(this);
            } else if (left <= 0) {
                armed = false;
                throw TimeoutException.INSTANCE;
            } else if (left > SPIN_NANOS) {
                LockSupport.parkNanos(this, left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
        }
    }

    @Override
    public void signalAllWhenBlocking() {
        // Deliberately nothing: see the class comment.
    }
}
