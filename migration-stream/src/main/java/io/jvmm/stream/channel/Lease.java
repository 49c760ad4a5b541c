package io.jvmm.stream.channel;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets descriptors be closed at any time without pulling them away from under a thread: after
 * {@link #end} nobody gets in any more, and whoever leaves last closes. Takes no lock, allocates
 * nothing.
 */
final class Lease {
    private final AtomicInteger holders = new AtomicInteger(1);
    private final Runnable closeAll;
    private volatile boolean ended;

    Lease(Runnable closeAll) {
        this.closeAll = closeAll;
    }

    /** Gets in; false after {@link #end}. */
    boolean acquire() {
        while (!ended) {
            int now = holders.get();
            if (now == 0) {
                return false;
            }
            if (holders.compareAndSet(now, now + 1)) {
                return true;
            }
        }
        return false;
    }

    /** Gets out again. */
    void release() {
        if (holders.decrementAndGet() == 0) {
            closeAll.run();
        }
    }

    /** Lets nobody in any more; the descriptors are closed now or when the last one is out. */
    synchronized void end() {
        if (!ended) {
            ended = true;
            release();
        }
    }
}
