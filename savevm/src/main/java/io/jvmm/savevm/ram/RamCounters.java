package io.jvmm.savevm.ram;

/**
 * What {@code query-migrate} says about RAM. Written by the migration thread after each slice, read
 * by any thread; the values of one slice may be seen one by one.
 */
public final class RamCounters {
    private volatile long total;
    private volatile long remaining;
    private volatile long normalPages;
    private volatile long zeroPages;
    private volatile long precopyBytes;
    private volatile long downtimeBytes;
    private volatile long dirtySyncCount;
    private volatile long dirtyPagesRate;

    RamCounters() {}

    /**
     * Bytes of all blocks.
     *
     * @return 0 before the first migration
     */
    public long total() {
        return total;
    }

    /**
     * Bytes of the pages that are known to be dirty.
     *
     * @return 0 when everything has been sent
     */
    public long remaining() {
        return remaining;
    }

    /**
     * Pages sent whole, each time counted.
     *
     * @return QEMU's {@code normal}
     */
    public long normalPages() {
        return normalPages;
    }

    /**
     * Pages sent as one byte, since they were zero.
     *
     * @return QEMU's {@code duplicate}
     */
    public long zeroPages() {
        return zeroPages;
    }

    /**
     * Bytes put into the stream for RAM.
     *
     * @return QEMU's {@code transferred}
     */
    public long transferred() {
        return precopyBytes + downtimeBytes;
    }

    /**
     * Bytes put into the stream while the guest ran.
     *
     * @return QEMU's {@code precopy-bytes}
     */
    public long precopyBytes() {
        return precopyBytes;
    }

    /**
     * Bytes put into the stream while the guest was stopped.
     *
     * @return QEMU's {@code downtime-bytes}
     */
    public long downtimeBytes() {
        return downtimeBytes;
    }

    /**
     * How often the dirty log was read.
     *
     * @return QEMU's {@code dirty-sync-count}; the start of a migration counts as the first
     */
    public long dirtySyncCount() {
        return dirtySyncCount;
    }

    /**
     * How fast the guest dirties pages that were clean.
     *
     * @return pages per second, over the last period of at least one second between two syncs; 0
     *     before the first such period has ended
     */
    public long dirtyPagesRate() {
        return dirtyPagesRate;
    }

    void reset(long newTotal) {
        total = newTotal;
        remaining = newTotal;
        normalPages = 0;
        zeroPages = 0;
        precopyBytes = 0;
        downtimeBytes = 0;
        dirtySyncCount = 1;
        dirtyPagesRate = 0;
    }

    void remaining(long bytes) {
        remaining = bytes;
    }

    void pages(long normal, long zero) {
        normalPages = normal;
        zeroPages = zero;
    }

    // One writer: reading and writing back a volatile is no race.
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addPrecopyBytes(long bytes) {
        precopyBytes += bytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void addDowntimeBytes(long bytes) {
        downtimeBytes += bytes;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate")
    void countSync() {
        dirtySyncCount++;
    }

    void dirtyPagesRate(long pagesPerSecond) {
        dirtyPagesRate = pagesPerSecond;
    }
}
