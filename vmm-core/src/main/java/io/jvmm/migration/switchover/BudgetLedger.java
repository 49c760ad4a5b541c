package io.jvmm.migration.switchover;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the time of one switchover went, phase by phase.
 *
 * <p>Written by one thread alone, without allocation; read by others once the attempt is over.
 */
final class BudgetLedger {
    private static final int CAPACITY = 1024;

    private final SwitchoverPhase[] phases = new SwitchoverPhase[CAPACITY];
    private final String[] devices = new String[CAPACITY];
    private final long[] starts = new long[CAPACITY];
    private final long[] ends = new long[CAPACITY];
    private long origin;
    private int count;
    private boolean open;

    void begin(long nowNanos) {
        origin = nowNanos;
        count = 0;
        open = false;
    }

    /** Opens a line; closes the one before it. Beyond the capacity the last line grows. */
    void enter(SwitchoverPhase phase, String device, long nowNanos) {
        leave(nowNanos);
        if (count < CAPACITY) {
            phases[count] = phase;
            devices[count] = device;
            starts[count] = nowNanos;
            count++;
        }
        open = true;
    }

    void leave(long nowNanos) {
        if (open) {
            ends[count - 1] = nowNanos;
            open = false;
        }
    }

    /** How many lines there are. */
    int count() {
        return count;
    }

    /** The lines so far; what was spent after {@code untilNanos} is left out. */
    List<LedgerLine> lines(LedgerSide side, long untilNanos) {
        List<LedgerLine> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            boolean inProgress = open && i == count - 1;
            long end = inProgress ? untilNanos : Math.min(ends[i], untilNanos);
            long spent = Math.max(0, end - starts[i]);
            lines.add(LedgerLine.counted(side, phases[i], devices[i], starts[i] - origin, spent));
        }
        return List.copyOf(lines);
    }
}
