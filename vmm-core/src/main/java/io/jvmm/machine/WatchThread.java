package io.jvmm.machine;

import io.jvmm.linux.NativeThread;

/** Asks the system for what a deadline watch's thread needs to be on time. */
public final class WatchThread {
    private static final int FIFO_PRIORITY = 10;
    private static final long SLACK_NANOS = 1;

    private WatchThread() {}

    /**
     * Asks, for the calling thread.
     *
     * @return what it got, for people
     */
    public static String setUp() {
        boolean slack = NativeThread.setTimerSlack(SLACK_NANOS);
        boolean fifo = NativeThread.setFifoPriority(FIFO_PRIORITY);
        return (fifo ? "SCHED_FIFO " + FIFO_PRIORITY : "SCHED_OTHER")
                + ", timer slack "
                + (slack ? SLACK_NANOS + " ns" : "as the system has it");
    }
}
