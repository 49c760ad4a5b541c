package io.jvmm.benchmarks;

import io.jvmm.machine.WatchThread;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * How late the deadline watch fires: idle and beside a thread that hogs a processor, with the
 * priority and timer that a migration asks for and without; and {@link LockSupport#parkNanos} for
 * comparison.
 */
final class DeadlineLateness {
    private static final int WARM_UP = 500;

    private final int count;
    private final long horizonNanos;
    private final PrintStream out;

    DeadlineLateness(List<String> options, PrintStream out) {
        Arguments arguments = new Arguments(options, List.of("count", "horizon-millis"));
        this.count = arguments.count("count", 5000);
        this.horizonNanos = TimeUnit.MILLISECONDS.toNanos(arguments.count("horizon-millis", 2));
        this.out = out;
    }

    void run() {
        out.println("# deadlines " + horizonNanos / 1_000_000 + " ms ahead; " + Host.load());
        out.println(Distribution.header("lateness"));
        measureAll("idle");
        try (Hog _ = new Hog()) {
            measureAll("one CPU hog");
        }
        out.println("# " + Host.load());
    }

    private void measureAll(String when) {
        measureWatch(when, WatchThread::setUp);
        measureWatch(when, () -> "as the system has it");
        out.println(measurePark().row(when + ": parkNanos, no watch"));
    }

    private void measureWatch(String when, DeadlineWatch.ThreadSetup setup) {
        Alarm alarm = new Alarm();
        Distribution lateness = new Distribution();
        try (DeadlineWatch watch =
                new DeadlineWatch("lateness", NanoClock.system(), setup, alarm)) {
            for (int i = 0; i < WARM_UP + count; i++) {
                watch.arm(System.nanoTime() + horizonNanos);
                long late = alarm.await();
                if (i >= WARM_UP) {
                    lateness.record(late);
                }
            }
            out.println(lateness.row(when + ": " + watch.scheduling()));
        }
    }

    private Distribution measurePark() {
        Distribution lateness = new Distribution();
        for (int i = 0; i < count; i++) {
            long deadline = System.nanoTime() + horizonNanos;
            long late = System.nanoTime() - deadline;
            while (late < 0) {
                LockSupport.parkNanos(this, -late);
                late = System.nanoTime() - deadline;
            }
            lateness.record(late);
        }
        return lateness;
    }

    /** Hands the lateness from the watch's thread to the one that made this. */
    private static final class Alarm implements DeadlineWatch.Listener {
        private static final long NOT_YET = -1;

        private final Thread waiter = Thread.currentThread();
        private volatile long lateness = NOT_YET;

        @Override
        public void expired(SwitchoverPhase phase, String device, long latenessNanos) {
            lateness = latenessNanos;
            LockSupport.unpark(waiter);
        }

        long await() {
            while (lateness == NOT_YET) {
                LockSupport.park(this);
            }
            long late = lateness;
            lateness = NOT_YET;
            return late;
        }
    }

    /** A thread that never sleeps. */
    private static final class Hog implements AutoCloseable {
        private volatile boolean stopped;

        Hog() {
            Thread.ofPlatform().daemon().name("hog").start(this::spin);
        }

        private void spin() {
            while (!stopped) {
                Thread.onSpinWait();
            }
        }

        @Override
        public void close() {
            stopped = true;
        }
    }
}
