package io.jvmm.migration;

import io.jvmm.migration.admission.CostSample;
import io.jvmm.migration.admission.PhaseKind;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSum;
import io.jvmm.migration.switchover.SwitchoverPhase;
import java.util.ArrayList;
import java.util.List;

/**
 * What the ledger of one attempt teaches about the next.
 *
 * <p>What this side spent outside writes is its own, whatever the link did; so is what the
 * destination did while this side waited for it. The rest of the time to READY is the link's: of
 * that only what the measured speed does not explain is a cost to be learned. The phase that an
 * abort fell into is a lower bound.
 */
final class AttemptSamples {
    /** What the time to READY has beyond all that has a name. */
    static final String REST = "rest of the way and load at the destination";

    private static final String RAM = "ram";

    private final WireShare wire;
    private final boolean committed;
    private final List<CostSample> samples = new ArrayList<>();
    private long untilReady;
    private long named;

    private AttemptSamples(WireShare wire, boolean committed) {
        this.wire = wire;
        this.committed = committed;
    }

    /**
     * Reads a ledger.
     *
     * @param lines of the attempt
     * @param wire what of them was spent in writes
     * @param committed whether the destination was ready in time
     * @param explainedNanos how long the link was expected to take
     */
    static List<CostSample> of(
            List<LedgerLine> lines, WireShare wire, boolean committed, long explainedNanos) {
        AttemptSamples read = new AttemptSamples(wire, committed);
        int last = decidedAt(lines);
        for (int i = 0; i < lines.size(); i++) {
            LedgerLine line = lines.get(i);
            if (isBeforeReady(line)) {
                read.ownOrLink(line, committed || i < last);
            } else if (line.sum() == LedgerSum.DESTINATION_LOAD) {
                read.peer(line);
            } else if (line.sum() == LedgerSum.TOTAL) {
                read.commit(line);
            }
        }
        long rest = read.untilReady - read.named - explainedNanos;
        read.samples.add(new CostSample(PhaseKind.LINK, REST, rest, committed));
        return List.copyOf(read.samples);
    }

    /** What the attempt was in when it was decided, for people. */
    static String decidedIn(List<LedgerLine> lines) {
        int last = decidedAt(lines);
        return last < 0 ? "" : lines.get(last).describe();
    }

    private static int decidedAt(List<LedgerLine> lines) {
        int last = lines.size() - 1;
        while (last >= 0 && !isBeforeReady(lines.get(last))) {
            last--;
        }
        return last;
    }

    private static boolean isBeforeReady(LedgerLine line) {
        return line.sum() == LedgerSum.TOTAL
                && switch (line.phase()) {
                    case STOP_VCPUS,
                            ANNOUNCE,
                            DEVICE_P2P,
                            DEVICE_STOP,
                            DIRTY_SYNC,
                            RAM_FLUSH,
                            DEVICE_SAVE,
                            WIRE,
                            DESTINATION_LOAD ->
                            true;
                    default -> false;
                };
    }

    private void ownOrLink(LedgerLine line, boolean whole) {
        untilReady += line.spentNanos();
        switch (line.phase()) {
            case STOP_VCPUS, DIRTY_SYNC -> own(PhaseKind.HOST, line, whole);
            case DEVICE_P2P, DEVICE_STOP, DEVICE_SAVE -> own(PhaseKind.DEVICE, line, whole);
            case RAM_FLUSH -> {
                if (!line.device().equals(RAM)) {
                    own(PhaseKind.DEVICE, line, whole);
                }
            }
            default -> {
                // The link's, and what the peer does not say of itself.
            }
        }
    }

    private void own(PhaseKind kind, LedgerLine line, boolean whole) {
        long nanos = line.spentNanos() - wire.of(line.phase(), line.device());
        named(new CostSample(kind, line.describe(), nanos, whole));
    }

    private void peer(LedgerLine line) {
        switch (line.phase()) {
            case DEVICE_LOAD, APPLY, RAM_HASH ->
                    named(new CostSample(PhaseKind.PEER, line.describe(), line.spentNanos(), true));
            default -> {
                // Waits for the link.
            }
        }
    }

    private void commit(LedgerLine line) {
        if (line.phase() == SwitchoverPhase.HANDOVER) {
            samples.add(
                    new CostSample(
                            PhaseKind.COMMIT, line.describe(), line.spentNanos(), committed));
        }
    }

    private void named(CostSample sample) {
        named += sample.nanos();
        samples.add(sample);
    }
}
