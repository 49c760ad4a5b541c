package io.jvmm.vfio.check;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the checks on a thread of their own, and notices when one call to a device does not come
 * back. Nothing can interrupt such a call: the thread is left behind, and makes no further one if
 * it ever returns.
 */
final class StepWatch {
    /** A call under way. */
    private record Step(String name, long deadline) {}

    /** Ends a thread that was left behind. */
    private static final class AbandonedException extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private final long limitNanos;
    private final CountDownLatch finished = new CountDownLatch(1);
    private volatile @Nullable Step current;
    private volatile boolean abandoned;
    private volatile @Nullable Throwable thrown;

    StepWatch(Duration limit) {
        limitNanos = limit.toNanos();
    }

    /**
     * Makes a call.
     *
     * @param name what it is, for the report
     * @return what it returns
     */
    <T> T step(String name, Supplier<T> call) {
        if (abandoned) {
            throw new AbandonedException();
        }
        current = new Step(name, System.nanoTime() + limitNanos);
        try {
            return call.get();
        } finally {
            current = null;
        }
    }

    /**
     * Runs work that makes its calls by {@link #step}, and waits for its end.
     *
     * @return the call that did not come back in time, if there is one
     */
    Optional<String> watch(Runnable work) {
        Thread.ofPlatform().daemon().name("vfio-check").start(() -> run(work));
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    long wait = untilDeadline();
                    if (wait <= 0) {
                        return abandon();
                    }
                    if (finished.await(wait, TimeUnit.NANOSECONDS)) {
                        rethrow();
                        return Optional.empty();
                    }
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run(Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error e) {
            thrown = e;
        } finally {
            finished.countDown();
        }
    }

    private long untilDeadline() {
        Step step = current;
        return step == null ? limitNanos : step.deadline() - System.nanoTime();
    }

    /** The step may have ended just now: then nothing has happened but that it was late. */
    private Optional<String> abandon() {
        abandoned = true;
        Step step = current;
        return Optional.of(step == null ? "a call that came back late" : step.name());
    }

    private void rethrow() {
        switch (thrown) {
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> {}
        }
    }
}
