package io.jvmm.stream.channel;

import io.jvmm.linux.EventFd;
import io.jvmm.linux.PollSet;
import io.jvmm.stream.StreamInterruptedException;

/**
 * The sticky interrupt of one half of a channel. The flag is the truth; the eventfd only ends a
 * poll. Nothing allocates after construction, the exception included.
 */
final class Interrupter implements AutoCloseable {
    private final EventFd wake = new EventFd();
    private final StreamInterruptedException exception;
    private volatile boolean raised;

    Interrupter(String what) {
        exception = new StreamInterruptedException(what);
    }

    /** What to poll for beside the descriptor. */
    PollSet.Interest interest() {
        return PollSet.Interest.reading(wake.fd());
    }

    void raise() {
        raised = true;
        wake.signal();
    }

    /**
     * The thread that waits, only: so no wait is in progress, and the next one looks at the flag
     * first.
     */
    void clear() {
        raised = false;
        wake.drain();
    }

    void check() {
        if (raised) {
            throw exception;
        }
    }

    /**
     * Waits for the other descriptors of the set, in which {@code own} is the index of {@link
     * #interest}.
     *
     * @return false after the time
     * @throws StreamInterruptedException if raised before or meanwhile
     */
    boolean await(PollSet set, int own, long timeoutMillis) {
        check();
        int ready = set.poll(timeoutMillis);
        if (set.readable(own)) {
            // raise() may have come between the two steps of clear(): then the eventfd is up for
            // nothing
            wake.drain();
        }
        check();
        return ready > 0;
    }

    @Override
    public void close() {
        wake.close();
    }
}
