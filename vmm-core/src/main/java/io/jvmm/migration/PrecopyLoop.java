package io.jvmm.migration;

import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.Reserves;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.savevm.StateSaver;
import io.jvmm.savevm.ram.RamCounters;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Moves state while the guest runs, until what is left can be moved within the downtime. Migration
 * thread.
 */
final class PrecopyLoop {
    private static final System.Logger LOG = System.getLogger(PrecopyLoop.class.getName());

    /** A round of fewer bytes had nothing to do: what is left can only be sent after the stop. */
    private static final long IDLE_ROUND = 64 << 10;

    /** A round that is worth a round trip to know how fast it went. */
    private static final long LARGE_ROUND = 1 << 20;

    private static final long IDLE_NANOS = 1_000_000;

    private final MigrationHost host;
    private final OutgoingStream stream;
    private final StateSaver saver;
    private final RamCounters ram;
    private final RateLimit rate;
    private final MigrationCapabilities capabilities;
    private final Supplier<MigrationParameters> parameters;
    private final SwitchoverDevices devices;
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
        this.devices = devices;
        this.stream = stream;
        this.saver = stream.saver();
        this.ram = stream.counters();
        this.rate = stream.rate();
        this.capabilities = capabilities;
        this.parameters = parameters;
        this.judge = judge;
        this.clock = clock;
        this.bandwidth = new Bandwidth(clock.nanoTime());
    }

    /**
     * Runs until the switchover may be tried. Called again for each further attempt.
     *
     * @return what it was admitted with
     */
    Admitted run() {
        while (true) {
            judge.checkpoint();
            MigrationParameters now = parameters.get();
            rate.setBytesPerSecond(now.maxBandwidth());
            SwitchoverBudget budget =
                    SwitchoverBudget.of(capabilities, now, devices.rollbackNanos());
            devices.requireRollbackWithin(budget);
            if (stream.mayStop() && mayStop(budget, now)) {
                rate.setBytesPerSecond(0);
                return new Admitted(budget, Reserves.NONE);
            }
            long begin = clock.nanoTime();
            long position = stream.position();
            boolean drained = saver.iterate();
            long sent = stream.position() - position;
            bandwidth.update(clock.nanoTime(), sent, drained);
            reportPass();
            if (drained) {
                rest(begin, sent);
            }
            await();
        }
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
        LOG.log(Level.DEBUG, "An attempt is over: outcome={0} phases={1}", outcome, lines.size());
    }

    /** All there was has been sent: nothing is in a hurry. */
    private void rest(long begin, long sent) {
        if (sent < IDLE_ROUND) {
            LockSupport.parkNanos(this, IDLE_NANOS);
        } else if (sent >= LARGE_ROUND && stream.isConfirmed()) {
            bandwidth.confirmed(clock.nanoTime() - begin, sent);
        }
    }

    /**
     * How long the stop would last if it came now, as far as the link decides it; in milliseconds.
     */
    long expectedDowntimeMillis() {
        return bandwidth.bytesPerSecond() <= 0
                ? 0
                : bandwidth.nanosFor(ram.remaining()) / 1_000_000;
    }

    /**
     * Looks at the cheap estimate first: the exact one syncs the dirty logs, which begins a pass.
     */
    private boolean mayStop(SwitchoverBudget budget, MigrationParameters now) {
        if (!budget.admits(transferNanos(saver.pendingEstimate(), now))) {
            return false;
        }
        boolean admitted = budget.admits(transferNanos(saver.pendingExact(), now));
        reportPass();
        return admitted;
    }

    private long transferNanos(long bytes, MigrationParameters now) {
        long given = now.availSwitchoverBandwidth();
        if (given == 0) {
            return bandwidth.nanosFor(bytes);
        }
        return (long) ((double) bytes / given * 1e9);
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
