package io.jvmm.guest;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Whether the vCPUs of a group may run: one number that grows with every stop and every resume. Odd
 * = stopped, even = running. That one number makes stop and resume atomic for the whole group,
 * though several threads call them, and tells two stops apart.
 */
final class RunGate {

    private final AtomicLong ticket = new AtomicLong(1);

    long ticket() {
        return ticket.get();
    }

    static boolean isStopped(long ticket) {
        return (ticket & 1) != 0;
    }

    /** No effect if it is stopped already. */
    void stop() {
        long now = ticket.get();
        if (!isStopped(now)) {
            ticket.compareAndSet(now, now + 1);
        }
    }

    /** No effect if it is running already. */
    void resume() {
        long now = ticket.get();
        if (isStopped(now)) {
            ticket.compareAndSet(now, now + 1);
        }
    }
}
