package io.jvmm.migration;

/**
 * RAM counters of an outgoing migration, as {@code query-migrate} shows them.
 *
 * @param total bytes of all RAM blocks
 * @param remaining bytes still to send
 * @param dirtySyncCount number of dirty log syncs
 * @param mbps throughput of the last interval in megabits per second
 * @param pages pages by kind
 * @param sent bytes on the wire by phase
 */
public record RamInfo(
        long total, long remaining, long dirtySyncCount, double mbps, Pages pages, Sent sent) {

    /** Bytes of a page. */
    public static final int PAGE_SIZE = 4096;

    /**
     * Pages by kind.
     *
     * @param zero pages that were all zero (QEMU's word is duplicate)
     * @param normal pages sent whole
     * @param dirtyRate pages dirtied per second in the last interval
     * @param perSecond pages sent per second in the last interval
     */
    public record Pages(long zero, long normal, long dirtyRate, long perSecond) {}

    /**
     * Bytes on the wire.
     *
     * @param precopy while the guest ran
     * @param downtime while it was stopped
     */
    public record Sent(long precopy, long downtime) {}

    /**
     * All bytes on the wire.
     *
     * @return {@link Sent#precopy()} and {@link Sent#downtime()} together
     */
    public long transferred() {
        return sent.precopy() + sent.downtime();
    }
}
