package io.jvmm.stream.channel;

import io.jvmm.linux.EventFd;
import io.jvmm.linux.PollSet;
import java.util.concurrent.CountDownLatch;

/** A point where a line stands still until it is released, once and for good. */
final class Stall implements AutoCloseable {
    private final EventFd released = new EventFd();
    private final Lease lease = new Lease(released::close);
    private final CountDownLatch reached;
    private volatile boolean open;

    /** Counts {@code reached} down when somebody stands here. */
    Stall(CountDownLatch reached) {
        this.reached = reached;
    }

    PollSet.Interest interest() {
        return PollSet.Interest.reading(released.fd());
    }

    boolean isOpen() {
        return open;
    }

    /** Stands still. The set holds this stall and then the interrupter. */
    void await(PollSet set, Interrupter interrupter) {
        if (!lease.acquire()) {
            return;
        }
        try {
            reached.countDown();
            while (!open) {
                interrupter.await(set, 1, -1);
            }
        } finally {
            lease.release();
        }
    }

    void release() {
        open = true;
        if (lease.acquire()) {
            try {
                released.signal();
            } finally {
                lease.release();
            }
        }
    }

    @Override
    public void close() {
        release();
        lease.end();
    }
}
