package io.jvmm.migration.switchover;

import java.util.ArrayList;
import java.util.List;

/**
 * Where the time of one switchover went, phase by phase.
 *
 * <p>Written by the migration thread alone, without allocation; read by others once the attempt is
 * over.
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

    /** The lines so far; the phase in progress ends at {@code nowNanos}. */
    List<LedgerLine> lines(long nowNanos) {
        List<LedgerLine> lines = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long end = open && i == count - 1 ? nowNanos : ends[i];
            lines.add(new LedgerLine(phases[i], devices[i], starts[i] - origin, end - starts[i]));
        }
        return List.copyOf(lines);
    }
}
