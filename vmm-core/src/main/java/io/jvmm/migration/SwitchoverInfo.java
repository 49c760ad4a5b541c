package io.jvmm.migration;

import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.migration.switchover.LedgerSum;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this program knows about one attempt to switch over. All times are nanoseconds; {@link
 * #UNKNOWN} stands for one that is not known.
 *
 * @param attempt which attempt, and with whom
 * @param outcome how it ended
 * @param enforcement what kept it within its limit
 * @param stopNanoTime {@link System#nanoTime} just before the first vCPU was asked to stop; at the
 *     destination, when it knew of the stop
 * @param totalNanos from there to the outcome: the guest runs there, or here again
 * @param lines what that time went into
 * @param abort how it was aborted for its limit, null if it was not
 */
public record SwitchoverInfo(
        Attempt attempt,
        SwitchoverOutcome outcome,
        Enforcement enforcement,
        long stopNanoTime,
        long totalNanos,
        List<LedgerLine> lines,
        @Nullable Abort abort) {

    /** A time that is not known. */
    public static final long UNKNOWN = -1;

    /** Copies the list. */
    public SwitchoverInfo {
        lines = List.copyOf(lines);
    }

    /**
     * The lines that the total consists of.
     *
     * @return in order, each beginning where the one before ends
     */
    public List<LedgerLine> phases() {
        return lines.stream()
                .filter(line -> line.sum() == LedgerSum.TOTAL && line.spentNanos() > 0)
                .toList();
    }

    /**
     * The enforced downtime limit.
     *
     * @return nanoseconds; {@link #UNKNOWN} if none is enforced
     */
    public long limitNanos() {
        return enforcement.limitNanos();
    }

    /**
     * How long the switchover was in a phase, the last time it was.
     *
     * @param phase the phase in a sentence
     * @return nanoseconds; 0 if it never was
     */
    public long nanosIn(String phase) {
        for (LedgerLine each : lines.reversed()) {
            if (each.sum() == LedgerSum.TOTAL && each.describe().equals(phase)) {
                return each.spentNanos();
            }
        }
        return 0;
    }

    /**
     * Which attempt it was.
     *
     * @param number counted from 1 in one migration
     * @param role what this process was in it
     * @param peer for people: who is at the other end
     */
    public record Attempt(int number, LedgerSide role, String peer) {}

    /**
     * What kept the attempt within its limit.
     *
     * @param limitNanos the enforced downtime limit, {@link #UNKNOWN} if none was enforced
     * @param until for people: until when it was enforced, and with which peer
     * @param watch for people: scheduling and timer that the deadline watch got
     */
    public record Enforcement(long limitNanos, String until, String watch) {}

    /**
     * An aborted switchover.
     *
     * @param side {@code source} or {@code destination}: who aborted
     * @param phase what it was in
     * @param watchLateNanos from the deadline to the moment the watch fired; {@link #UNKNOWN} if
     *     the destination aborted
     * @param rollbackNanos from the decision to abort to the moment the vCPUs were released
     * @param resumedNanos from the stop to the moment the vCPUs were released
     */
    public record Abort(
            String side,
            String phase,
            long watchLateNanos,
            long rollbackNanos,
            long resumedNanos) {}
}
