package io.jvmm.benchmarks;

import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What the switchover pays for being watched: the migration thread publishes the phase that it
 * enters, while the watch sleeps (until shortly before the deadline) or spins (then). Published in
 * batches that fit the ring, which is emptied between them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RingPublishBenchmark {
    private static final int BATCH = 256;
    private static final long DAY_NANOS = TimeUnit.DAYS.toNanos(1);

    /** What the watch does meanwhile. */
    public enum Watch {
        /** Parked, with the deadline far away. */
        ASLEEP,
        /** Spinning just before its deadline. */
        SPINNING
    }

    /** Chosen by JMH. */
    @Param public Watch watch = Watch.ASLEEP;

    /** Grows each time that the watch has found its ring empty. */
    private final AtomicLong looks = new AtomicLong();

    private DeadlineWatch deadlineWatch = start(NanoClock.system());

    /** For JMH. */
    public RingPublishBenchmark() {}

    /** Gives the watch the clock that makes it sleep or spin. */
    @Setup
    public void choose() {
        deadlineWatch.close();
        deadlineWatch = start(watch == Watch.ASLEEP ? NanoClock.system() : () -> 0);
    }

    /** Empties the ring. */
    @Setup(Level.Invocation)
    public void drain() {
        long seen = looks.get();
        deadlineWatch.arm(watch == Watch.ASLEEP ? System.nanoTime() + DAY_NANOS : 1);
        while (looks.get() == seen) {
            Thread.onSpinWait();
        }
    }

    /** Ends the watch. */
    @TearDown
    public void close() {
        deadlineWatch.close();
    }

    /** One phase entered. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public void enter() {
        for (int i = 0; i < BATCH; i++) {
            deadlineWatch.enter(SwitchoverPhase.DEVICE_SAVE, "serial");
        }
    }

    private DeadlineWatch start(NanoClock clock) {
        return new DeadlineWatch(
                "ring-publish",
                () -> {
                    looks.incrementAndGet();
                    return clock.nanoTime();
                },
                () -> "as the system has it",
                (phase, device, lateness) -> {});
    }
}
