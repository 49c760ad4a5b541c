package io.jvmm.migration.switchover;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the collectors of this process have paused it since a moment, by the JVM's own account,
 * which is in whole milliseconds.
 *
 * <p>{@link #begin} allocates nothing. One thread at a time.
 */
public final class GcPauses {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final GarbageCollectorMXBean[] collectors;
    private final long[] counts;
    private final long[] millis;

    /** Looks up the collectors. */
    public GcPauses() {
        collectors =
                ManagementFactory.getGarbageCollectorMXBeans().stream()
                        .filter(GcPauses::pauses)
                        .toArray(GarbageCollectorMXBean[]::new);
        counts = new long[collectors.length];
        millis = new long[collectors.length];
    }

    /** Counts from now. */
    public void begin() {
        for (int i = 0; i < collectors.length; i++) {
            counts[i] = collectors[i].getCollectionCount();
            millis[i] = collectors[i].getCollectionTime();
        }
    }

    /**
     * The pauses since {@link #begin}.
     *
     * @param side whose process this is
     * @return a line for each collector that ran, named by it, in no sum: other lines contain it
     */
    public List<LedgerLine> lines(LedgerSide side) {
        List<LedgerLine> lines = new ArrayList<>();
        for (int i = 0; i < collectors.length; i++) {
            if (collectors[i].getCollectionCount() > counts[i]) {
                long nanos = (collectors[i].getCollectionTime() - millis[i]) * NANOS_PER_MILLI;
                lines.add(line(side, collectors[i].getName(), nanos));
            }
        }
        return lines;
    }

    private static LedgerLine line(LedgerSide side, String collector, long nanos) {
        return new LedgerLine(
                side,
                SwitchoverPhase.GARBAGE_COLLECTION,
                collector,
                LedgerSum.NONE,
                LedgerLine.UNKNOWN,
                0,
                nanos);
    }

    /** A concurrent collector has a second account, of work beside the program. */
    private static boolean pauses(GarbageCollectorMXBean collector) {
        return !collector.getName().endsWith("Cycles");
    }
}
