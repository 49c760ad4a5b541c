package io.jvmm.migration.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jvmm.stream.NanoClock;
import java.lang.management.ManagementFactory;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DeadlineWatchTest {
    private static final long MILLI = 1_000_000;

    private record Firing(SwitchoverPhase phase, String device, long latenessNanos) {}

    private final AtomicLong now = new AtomicLong();
    private final BlockingQueue<Firing> firings = new LinkedBlockingQueue<>();
    private final DeadlineWatch watch =
            new DeadlineWatch(
                    "test-watch",
                    now::get,
                    () -> "test",
                    (phase, device, late) -> firings.add(new Firing(phase, device, late)));

    @AfterEach
    void close() {
        watch.close();
    }

    @Test
    void shouldFireWithThePhaseInProgressAndItsLateness() throws InterruptedException {
        watch.arm(10 * MILLI);
        watch.enter(SwitchoverPhase.RAM_FLUSH, "");
        watch.enter(SwitchoverPhase.DEVICE_SAVE, "serial");
        advanceTo(10 * MILLI + 7);
        assertThat(next()).isEqualTo(new Firing(SwitchoverPhase.DEVICE_SAVE, "serial", 7));
    }

    @Test
    void shouldNotFireBeforeTheDeadline() throws InterruptedException {
        watch.arm(10 * MILLI);
        advanceTo(10 * MILLI - 1);
        watch.enter(SwitchoverPhase.WIRE, "");
        advanceTo(10 * MILLI);
        assertThat(next().phase()).isEqualTo(SwitchoverPhase.WIRE);
    }

    @Test
    void shouldFireOncePerArming() throws InterruptedException {
        watch.arm(MILLI);
        advanceTo(2 * MILLI);
        assertThat(next().latenessNanos()).isEqualTo(MILLI);
        advanceTo(3 * MILLI);
        watch.arm(4 * MILLI);
        advanceTo(4 * MILLI);
        assertThat(next().latenessNanos()).isZero();
        assertThat(firings).isEmpty();
    }

    @Test
    void shouldNotFireOnceDisarmed() throws InterruptedException {
        watch.arm(MILLI);
        watch.disarm();
        advanceTo(2 * MILLI);
        watch.arm(3 * MILLI);
        watch.enter(SwitchoverPhase.HANDOVER, "");
        advanceTo(3 * MILLI);
        assertThat(next().phase()).isEqualTo(SwitchoverPhase.HANDOVER);
        assertThat(firings).isEmpty();
    }

    @Test
    void shouldTakeTheLastDeadlineWhenArmedAgain() throws InterruptedException {
        watch.arm(50 * MILLI);
        watch.arm(20 * MILLI);
        advanceTo(20 * MILLI);
        assertThat(next().latenessNanos()).isZero();
    }

    @Test
    void shouldKeepTheLatestPhaseWhenMoreAreEnteredThanTheRingHolds() throws InterruptedException {
        watch.arm(10 * MILLI);
        for (int i = 0; i < 5000; i++) {
            watch.enter(SwitchoverPhase.DEVICE_SAVE, "device");
        }
        watch.enter(SwitchoverPhase.WIRE, "");
        advanceTo(10 * MILLI);
        assertThat(next().phase()).isEqualTo(SwitchoverPhase.WIRE);
    }

    @Test
    void shouldSurviveAListenerThatThrows() throws InterruptedException {
        CountDownLatch fired = new CountDownLatch(2);
        try (DeadlineWatch failing =
                new DeadlineWatch(
                        "failing-watch",
                        NanoClock.system(),
                        () -> "test",
                        (phase, device, late) -> {
                            fired.countDown();
                            throw new IllegalStateException("planted");
                        })) {
            failing.arm(NanoClock.system().nanoTime());
            failing.arm(NanoClock.system().nanoTime());
            while (fired.getCount() > 0) {
                failing.arm(NanoClock.system().nanoTime());
                Thread.onSpinWait();
            }
        }
        assertThat(fired.getCount()).isZero();
    }

    @Test
    void shouldSayWhatTheThreadGot() {
        assertThat(watch.scheduling()).isEqualTo("test");
    }

    @Test
    void shouldAllocateNothingForTheThreadItGuards() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 5; round++) { // the first rounds link call sites
            long before = threads.getCurrentThreadAllocatedBytes();
            publishMany();
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }

    private void publishMany() {
        for (int i = 0; i < 200; i++) {
            watch.arm(Long.MAX_VALUE);
            watch.enter(SwitchoverPhase.DEVICE_SAVE, "device");
            watch.disarm();
        }
    }

    private void advanceTo(long nanos) {
        now.set(nanos);
        watch.wake();
    }

    private Firing next() throws InterruptedException {
        while (true) {
            watch.wake();
            Firing firing = firings.poll(1, TimeUnit.MILLISECONDS);
            if (firing != null) {
                return firing;
            }
        }
    }
}
