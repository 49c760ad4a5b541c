package io.jvmm.migration;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the threads that are carrying out a decision. Another attempt must not begin before they
 * are done: a resume, or an interrupt, that comes late would hit it instead of the one it is about.
 *
 * <p>Any thread; no lock for those who decide, no allocation.
 */
final class Deciders {
    private final AtomicInteger busy = new AtomicInteger();

    /** This thread may decide something, and carries it out until {@link #leave}. */
    void enter() {
        busy.incrementAndGet();
    }

    void leave() {
        busy.decrementAndGet();
    }

    /** Waits until whoever has entered has left. */
    void awaitNone() {
        while (busy.get() != 0) {
            Thread.onSpinWait();
        }
    }
}
