package io.jvmm.monitor;

import java.util.List;

/**
 * What the built-in stress guest says about itself.
 *
 * @param work units of work since it was started; carried along by migrations, never goes back
 * @param pages pages of its working set
 * @param wrongPages pages whose contents are not what the guest's pattern says
 * @param uarts what went through its serial ports on the PCI bus
 * @param pauses its longest pauses, longest first
 */
public record StressReport(
        long work, long pages, long wrongPages, Uarts uarts, List<Pause> pauses) {
    /** Copies the list. */
    public StressReport {
        pauses = List.copyOf(pauses);
    }

    /**
     * What went through the serial ports, all together.
     *
     * @param count how many ports
     * @param bytes bytes that came back
     * @param errors bytes that did not, or not as they were sent
     */
    public record Uarts(int count, long bytes, long errors) {}

    /**
     * A time during which the guest did not run.
     *
     * @param startNanos its start on the host's monotonic clock, comparable with {@link
     *     System#nanoTime} on the same host
     * @param nanos its length
     */
    public record Pause(long startNanos, long nanos) {}
}
