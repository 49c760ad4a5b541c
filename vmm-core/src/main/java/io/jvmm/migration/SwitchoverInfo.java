package io.jvmm.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What this program knows about a switchover beyond QEMU's fields. All times are nanoseconds;
 * {@link #UNKNOWN} stands for one that is not known.
 *
 * @param limitNanos the enforced downtime limit, {@link #UNKNOWN} if none is enforced
 * @param enforcement for people: until when the limit is enforced, and with which peer
 * @param watch for people: scheduling and timer that the deadline watch got
 * @param stopNanoTime {@link System#nanoTime} just before the first vCPU was asked to stop
 * @param phases what the time went into, in order
 * @param abort how it was aborted, null if it was not
 */
public record SwitchoverInfo(
        long limitNanos,
        String enforcement,
        String watch,
        long stopNanoTime,
        List<Phase> phases,
        @Nullable Abort abort) {

    /** A time that is not known. */
    public static final long UNKNOWN = -1;

    /** Copies the list. */
    public SwitchoverInfo {
        phases = List.copyOf(phases);
    }

    /**
     * How long the switchover was in a phase, the last time it was.
     *
     * @param phase its name
     * @return nanoseconds; 0 if it never was
     */
    public long nanosIn(String phase) {
        for (Phase each : phases.reversed()) {
            if (each.name().equals(phase)) {
                return each.nanos();
            }
        }
        return 0;
    }

    /**
     * A part of the downtime.
     *
     * @param name such as {@code ram}, or {@code load serial} at the destination
     * @param nanos how long it took
     */
    public record Phase(String name, long nanos) {}

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
