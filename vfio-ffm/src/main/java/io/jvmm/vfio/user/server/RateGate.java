package io.jvmm.vfio.user.server;

import java.util.concurrent.TimeUnit;

/** Holds bytes up so that no more than so many pass per second. One thread. */
final class RateGate {
    private final Pause pause;
    private long due = System.nanoTime();

    RateGate(Pause pause) {
        this.pause = pause;
    }

    /**
     * Lets bytes pass.
     *
     * @param bytesPerSecond 0 = at once
     */
    void pass(long bytes, long bytesPerSecond) {
        if (bytesPerSecond > 0) {
            long now = System.nanoTime();
            long start = due - now > 0 ? due : now;
            double seconds = (double) bytes / bytesPerSecond;
            due = start + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
            pause.sleep(due - now);
        }
    }
}
