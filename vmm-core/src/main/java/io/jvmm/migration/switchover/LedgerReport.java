package io.jvmm.migration.switchover;

import io.jvmm.stream.wire.PhaseTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts both sides' times into one ledger at the source, once the attempt is over.
 *
 * <p>The source's lines follow one another and sum to the total. The destination's are on another
 * clock: what it did up to its READY must have been over when the source heard READY, so the part
 * of it that fits into the source's wait for READY explains that wait, and all before went on
 * beside the saving. What it did from GO to STARTED lies within the source's wait for STARTED. What
 * of a wait stays unexplained is a line of its own.
 */
public final class LedgerReport {
    private final List<LedgerLine> source;
    private final List<LedgerLine> lines = new ArrayList<>();

    /**
     * Begins with the source's own lines.
     *
     * @param source in order, each beginning where the one before ends
     */
    public LedgerReport(List<LedgerLine> source) {
        this.source = new ArrayList<>(source);
    }

    /**
     * The attempt was aborted: what was spent after the decision is the abort's own cost, but for
     * the devices that were brought back.
     *
     * @param decidedNanos when it was decided, counted from the start of the downtime; negative if
     *     it never was
     */
    public void aborted(long decidedNanos) {
        if (decidedNanos < 0) {
            return;
        }
        List<LedgerLine> cut = new ArrayList<>();
        for (LedgerLine line : source) {
            if (line.phase() == SwitchoverPhase.DEVICE_ROLLBACK) {
                cut.add(line);
                continue;
            }
            LedgerLine before = line.between(Long.MIN_VALUE, decidedNanos);
            LedgerLine after = line.between(decidedNanos, Long.MAX_VALUE);
            if (before.spentNanos() > 0 || after.spentNanos() == 0) {
                cut.add(before);
            }
            if (after.spentNanos() > 0) {
                cut.add(after.as(SwitchoverPhase.ABORT));
            }
        }
        source.clear();
        source.addAll(cut);
    }

    /**
     * Adds the destination's side.
     *
     * @param load what it said with READY; empty if it did not
     * @param start what it said with STARTED; empty if it did not
     */
    public void destination(List<PhaseTime> load, List<PhaseTime> start) {
        explain(SwitchoverPhase.DESTINATION_LOAD, LedgerSum.DESTINATION_LOAD, load);
        explain(SwitchoverPhase.HANDOVER, LedgerSum.HANDOVER, start);
    }

    /**
     * Adds pauses of this side.
     *
     * @param pauses in no sum
     */
    public void pauses(List<LedgerLine> pauses) {
        lines.addAll(pauses);
    }

    /**
     * The whole ledger. The reserves of the total's lines sum to the limit, and their slack to what
     * the attempt left of it.
     *
     * @param reserves what was planned by phase
     * @param wayOutNanos what was kept for the end, whichever it would be: hand-over or abort
     * @param limitNanos the limit; negative if there is none
     * @return the source's lines in order, then the others
     */
    public List<LedgerLine> lines(Reserves reserves, long wayOutNanos, long limitNanos) {
        List<LedgerLine> all = new ArrayList<>();
        Set<String> planned = new HashSet<>();
        long left = limitNanos;
        for (LedgerLine line : source) {
            LedgerLine full = plan(line, reserves, wayOutNanos, planned);
            left -= full.reserveNanos();
            all.add(full);
        }
        if (limitNanos >= 0) {
            all.add(
                    LedgerLine.counted(LedgerSide.SOURCE, SwitchoverPhase.FREE, "", total(), 0)
                            .planned(left));
        }
        for (LedgerLine line : lines) {
            all.add(plan(line, reserves, 0, planned));
        }
        return List.copyOf(all);
    }

    /** A phase that is entered more than once was planned once. */
    private static LedgerLine plan(
            LedgerLine line, Reserves reserves, long wayOutNanos, Set<String> planned) {
        if (!planned.add(line.side().label() + " " + line.describe())) {
            return line;
        }
        long reserve = reserves.nanosFor(line.phase(), line.device());
        boolean wayOut =
                line.phase() == SwitchoverPhase.HANDOVER || line.phase() == SwitchoverPhase.ABORT;
        return line.planned(reserve == 0 && wayOut ? wayOutNanos : reserve);
    }

    private long total() {
        return source.isEmpty() ? 0 : source.getLast().endNanos();
    }

    /**
     * Places what the destination did at the end of the source's wait for it. Whatever it claims,
     * no instant of the wait is explained twice.
     */
    private void explain(SwitchoverPhase phase, LedgerSum sum, List<PhaseTime> times) {
        LedgerLine wait = lastOf(phase);
        if (wait == null) {
            times.forEach(time -> lines.add(line(time).in(LedgerSum.NONE).at(LedgerLine.UNKNOWN)));
            return;
        }
        long offset = wait.endNanos() - end(times);
        long explained = wait.startNanos();
        long gap = wait.spentNanos();
        for (PhaseTime time : times) {
            LedgerLine line = line(time);
            if (line.phase() == SwitchoverPhase.GARBAGE_COLLECTION) {
                lines.add(line.in(LedgerSum.NONE).at(LedgerLine.UNKNOWN));
                continue;
            }
            LedgerLine placed = line.at(offset + line.startNanos());
            LedgerLine within = placed.between(explained, wait.endNanos()).in(sum);
            place(placed.between(Long.MIN_VALUE, wait.startNanos()).in(LedgerSum.NONE), within);
            explained = within.endNanos();
            gap -= within.spentNanos();
        }
        lines.add(gap(wait, gap).in(sum));
    }

    /** A line that began beside the saving and ended in the wait is two; an empty half is none. */
    private void place(LedgerLine beside, LedgerLine within) {
        if (beside.spentNanos() > 0) {
            lines.add(beside);
        }
        if (within.spentNanos() > 0) {
            lines.add(within);
        }
    }

    private static long end(List<PhaseTime> times) {
        long end = 0;
        for (PhaseTime time : times) {
            if (!time.name().startsWith(SwitchoverPhase.GARBAGE_COLLECTION.label())) {
                end = Math.max(end, time.startNanos() + time.nanos());
            }
        }
        return end;
    }

    private @Nullable LedgerLine lastOf(SwitchoverPhase phase) {
        for (LedgerLine line : source.reversed()) {
            if (line.phase() == phase) {
                return line;
            }
        }
        return null;
    }

    /** A name of a newer version is shown as it is. */
    private static LedgerLine line(PhaseTime time) {
        String[] words = time.name().split(" ", 2);
        Optional<SwitchoverPhase> phase = SwitchoverPhase.fromLabel(words[0]);
        String device = phase.isEmpty() ? time.name() : words.length == 1 ? "" : words[1];
        return LedgerLine.counted(
                LedgerSide.DESTINATION,
                phase.orElse(SwitchoverPhase.OTHER),
                device,
                time.startNanos(),
                time.nanos());
    }

    private static LedgerLine gap(LedgerLine wait, long nanos) {
        return LedgerLine.counted(
                LedgerSide.SOURCE, SwitchoverPhase.UNEXPLAINED, "", wait.startNanos(), nanos);
    }
}
