package io.jvmm.migration;

import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.savevm.StateSaver;
import io.jvmm.savevm.ram.RamCounters;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Moves state while the guest runs, until what is left can be moved within the downtime. Migration
 * thread.
 */
final class PrecopyLoop {
    /** A round of fewer bytes had nothing to do: what is left can only be sent after the stop. */
    private static final long IDLE_ROUND = 64 << 10;

    private static final long IDLE_NANOS = 1_000_000;

    private final MigrationHost host;
    private final OutgoingStream stream;
    private final StateSaver saver;
    private final RamCounters ram;
    private final RateLimit rate;
    private final Supplier<MigrationParameters> parameters;
    private final SwitchoverGate gate;
    private final SourceJudge judge;
    private final NanoClock clock;
    private final Bandwidth bandwidth;
    private long passes;

    PrecopyLoop(
            MigrationHost host,
            OutgoingStream stream,
            MigrationCapabilities capabilities,
            Supplier<MigrationParameters> parameters,
            SwitchoverDevices devices,
            SourceJudge judge,
            NanoClock clock) {
        this.host = host;
        this.stream = stream;
        this.saver = stream.saver();
        this.ram = stream.counters();
        this.rate = stream.rate();
        this.bandwidth = stream.bandwidth();
        this.parameters = parameters;
        this.judge = judge;
        this.clock = clock;
        this.gate = new SwitchoverGate(host.admission(), stream, devices, capabilities, clock);
    }

    /**
     * Runs until the switchover may be tried. Called again for each further attempt.
     *
     * @return what it was admitted with
     * @throws MigrationException if no attempt could ever be within the limit
     */
    Admitted run() {
        @Nullable Admitted admitted = null;
        try {
            while (admitted == null) {
                admitted = step();
            }
            rate.setBytesPerSecond(0);
            return admitted;
        } finally {
            if (admitted == null) {
                gate.keep();
            }
        }
    }

    /** One look at what is left, and one round if that is not to be the last. */
    private @Nullable Admitted step() {
        judge.checkpoint();
        MigrationParameters now = parameters.get();
        rate.setBytesPerSecond(now.maxBandwidth());
        stream.beginRound();
        @Nullable Admitted admitted = stream.mayStop() ? gate.decide(now) : null;
        reportPass();
        if (admitted == null) {
            round();
        }
        return admitted;
    }

    private void round() {
        long position = stream.position();
        boolean drained = saver.iterate();
        long sent = stream.position() - position;
        bandwidth.update(clock.nanoTime(), sent, drained);
        stream.endRound();
        reportPass();
        if (drained && sent < IDLE_ROUND) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        }
        await();
    }

    /**
     * An attempt that {@link #run} admitted is over; what it showed counts for the next decision.
     * Never between a stop and its outcome.
     *
     * @param outcome the hand-over's state after it: ROLLING_BACK or ITERATING if another attempt
     *     follows
     * @param lines what its time went into, at this side until the outcome
     */
    void attemptEnded(SourceHandover.State outcome, List<LedgerLine> lines) {
        gate.attemptEnded(outcome, lines);
    }

    /**
     * How long the stop would last if it came now, as far as the link decides it; in milliseconds.
     */
    long expectedDowntimeMillis() {
        return bandwidth.bytesPerSecond() <= 0
                ? 0
                : bandwidth.nanosFor(ram.remaining()) / 1_000_000;
    }

    /** Tells of each pass over RAM that has begun since the last call. */
    void reportPass() {
        long seen = ram.dirtySyncCount();
        while (passes < seen) {
            passes++;
            host.passStarted(passes);
        }
    }

    private void await() {
        while (rate.exceeded(stream.position()) && !judge.isAttemptOver()) {
            LockSupport.parkNanos(this, rate.nanosToWait());
        }
    }
}
