package io.jvmm.cli.soak;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Looks at both sides all the time: never do both run. One is looked at before and after the other,
 * so that a hand-over between two looks is not taken for two guests.
 *
 * <p>A thread of its own; its methods are for any thread.
 */
final class RunWatch implements AutoCloseable {
    private static final long BETWEEN_LOOKS_NANOS = 50_000;

    private final Thread thread;
    private final AtomicLong looks = new AtomicLong();
    private volatile @Nullable Sides sides;
    private volatile boolean closing;
    private volatile boolean looking;
    private volatile boolean twoSeen;

    RunWatch() {
        thread = Thread.ofPlatform().daemon().name("run-watch").start(this::run);
    }

    /** Looks at these from now on. */
    void begin(Sides now) {
        twoSeen = false;
        sides = now;
    }

    /**
     * Looks at nobody from now on, and not any more when this returns.
     *
     * @return whether two were seen to run
     */
    boolean end() {
        sides = null;
        while (looking) {
            Thread.onSpinWait();
        }
        return twoSeen;
    }

    /** How often it has looked. */
    long looks() {
        return looks.get();
    }

    @Override
    public void close() {
        closing = true;
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (!closing) {
            looking = true;
            Sides now = sides;
            if (now != null) {
                look(now);
            }
            looking = false;
            LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
        }
    }

    private void look(Sides now) {
        looks.incrementAndGet();
        if (isRunning(now.source()) && isRunning(now.destination()) && isRunning(now.source())) {
            twoSeen = true;
        }
    }

    private static boolean isRunning(Vmm vmm) {
        return vmm.runState().equals(Vmm.RUNNING);
    }
}
