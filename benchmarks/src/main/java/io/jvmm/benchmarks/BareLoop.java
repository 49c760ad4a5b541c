package io.jvmm.benchmarks;

import io.jvmm.device.PauseClock;
import io.jvmm.device.PortBus;
import io.jvmm.guest.Accelerator;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.VcpuGroup;
import io.jvmm.guest.stress.StressGuest;
import io.jvmm.machine.AcceleratorKind;
import io.jvmm.machine.Accelerators;
import io.jvmm.machine.WatchThread;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * The same guest stopped and resumed as often and for as long as by an aborted switchover, but with
 * nothing around its vCPU: what stop and resume cost by themselves. The loop's thread has the
 * priority of a watch, and waits as one.
 */
final class BareLoop implements AutoCloseable {
    private static final long SPIN_NANOS = 300_000;
    private static final long RUN_NANOS = 2_000_000;

    private final GuestMemory memory;
    private final Accelerator accelerator;
    private final GuestClock clock = new GuestClock();
    private final VcpuGroup group;
    private final Distribution stop = new Distribution();
    private final Distribution release = new Distribution();
    private final Distribution firstInstruction = new Distribution();

    BareLoop(AcceleratorKind kind) {
        memory = GuestMemory.allocate("ram", StressMachine.MEMORY_BYTES);
        accelerator = Accelerators.open(List.of(kind), memory);
        StressGuest guest = StressGuest.install(memory, StressMachine.parameters());
        PortBus bus = new PortBus(List.of(new PauseClock(clock, 1).ports()));
        group =
                new VcpuGroup(
                        accelerator,
                        bus,
                        1,
                        (vcpu, crash) -> {
                            throw new IllegalStateException(crash.toString());
                        });
        guest.prepare(0, group.state(0));
        group.load(0, group.state(0));
        group.resume();
    }

    /**
     * Stops and resumes, holding the guest for so long each time.
     *
     * @param count how often
     * @param untilNanos when to stop although it was not as often
     */
    void run(int count, long holdNanos, long untilNanos) throws InterruptedException {
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Thread thread =
                Thread.ofPlatform()
                        .name("bare-loop")
                        .uncaughtExceptionHandler((_, cause) -> failure.set(cause))
                        .start(() -> loop(count, holdNanos, untilNanos));
        thread.join();
        if (failure.get() != null) {
            throw new IllegalStateException(
                    "The loop ended early: done=" + firstInstruction.count(), failure.get());
        }
    }

    /** From the first request to the vCPU parked with its state read. */
    Distribution stop() {
        return stop;
    }

    /** How long the call took that resumes. */
    Distribution release() {
        return release;
    }

    /** From the decision to resume to the guest's next reading of its clock. */
    Distribution firstInstruction() {
        return firstInstruction;
    }

    @Override
    public void close() {
        group.close();
        accelerator.close();
        memory.close();
    }

    private void loop(int count, long holdNanos, long untilNanos) {
        WatchThread.setUp();
        for (int i = 0; i < count && System.nanoTime() - untilNanos < 0; i++) {
            LockSupport.parkNanos(this, RUN_NANOS);
            long begin = System.nanoTime();
            group.requestStop();
            group.awaitStopped();
            stop.record(System.nanoTime() - begin);
            hold(System.nanoTime() + holdNanos);
            long decided = System.nanoTime();
            group.resume();
            release.record(System.nanoTime() - decided);
            firstInstruction.record(clock.gapAround(decided).orElseThrow().endNanos() - decided);
        }
    }

    private void hold(long until) {
        long left = until - System.nanoTime();
        while (left > 0) {
            if (left > SPIN_NANOS) {
                LockSupport.parkNanos(this, left - SPIN_NANOS);
            } else {
                Thread.onSpinWait();
            }
            left = until - System.nanoTime();
        }
    }
}
