package io.jvmm.monitor;

import java.util.List;

/**
 * What the built-in stress guest says about itself.
 *
 * @param work units of work since it was started; carried along by migrations, never goes back
 * @param pages pages of its working set
 * @param wrongPages pages whose contents are not what the guest's pattern says
 * @param pauses its longest pauses, longest first
 */
public record StressReport(long work, long pages, long wrongPages, List<Pause> pauses) {
    /** Copies the list. */
    public StressReport {
        pauses = List.copyOf(pauses);
    }

    /**
     * A time during which the guest did not run.
     *
     * @param startNanos its start on the host's monotonic clock, comparable with {@link
     *     System#nanoTime} on the same host
     * @param nanos its length
     */
    public record Pause(long startNanos, long nanos) {}
}
