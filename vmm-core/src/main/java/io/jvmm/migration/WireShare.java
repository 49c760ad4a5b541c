package io.jvmm.migration;

import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.SavePhases;

/**
 * How much of each section's save was spent in writes to the connection: what a device takes by
 * itself is the rest.
 *
 * <p>A section's share ends where the next section begins, so it has what was flushed between them.
 * Migration thread; no allocation after construction.
 */
final class WireShare {
    private static final int CAPACITY = 1024;

    private final TimedSink sink;
    private final SwitchoverPhase[] phases = new SwitchoverPhase[CAPACITY];
    private final String[] sections = new String[CAPACITY];
    private final long[] nanos = new long[CAPACITY];
    private long mark;
    private int count;

    WireShare(TimedSink sink) {
        this.sink = sink;
    }

    /** An attempt begins. */
    void begin() {
        count = 0;
        mark = sink.nanos();
    }

    /** Takes down each section's share while it is saved. */
    SavePhases within(SwitchoverPhase phase, SavePhases next) {
        return new SavePhases() {
            @Override
            public void enter(String section) {
                begin(phase, section);
                next.enter(section);
            }

            @Override
            public void leave() {
                next.leave();
            }
        };
    }

    private void begin(SwitchoverPhase phase, String section) {
        end();
        if (count < CAPACITY) {
            phases[count] = phase;
            sections[count] = section;
            nanos[count] = 0;
            count++;
        }
    }

    /** The last section has ended. */
    void end() {
        long now = sink.nanos();
        if (count > 0) {
            nanos[count - 1] += now - mark;
        }
        mark = now;
    }

    /** What one section spent in writes; 0 if there was no such section. */
    long of(SwitchoverPhase phase, String section) {
        long sum = 0;
        for (int i = 0; i < count; i++) {
            sum += phases[i] == phase && sections[i].equals(section) ? nanos[i] : 0;
        }
        return sum;
    }
}
