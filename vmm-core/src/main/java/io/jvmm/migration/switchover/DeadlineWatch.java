package io.jvmm.migration.switchover;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.InsufficientCapacityException;
import com.lmax.disruptor.RingBuffer;
import io.jvmm.stream.NanoClock;
import java.lang.System.Logger.Level;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;

/**
 * Enforces the deadline of a switchover from a thread of its own.
 *
 * <p>The migration thread publishes what it does to a Disruptor ring; the watch is the ring's
 * consumer and the only other party that knows the deadline. When the deadline passes it calls the
 * listener, once per arming, on its own thread, whatever the migration thread is blocked in.
 *
 * <p>Arming, entering a phase and disarming are for one producer thread at a time; they take no
 * lock and allocate nothing. The listener must not block.
 */
public final class DeadlineWatch implements AutoCloseable {
    /** What happens at the deadline. */
    @FunctionalInterface
    public interface Listener {
        /**
         * The deadline passed.
         *
         * @param phase the phase that the producer was in
         * @param device the device it was about, or an empty string
         * @param latenessNanos how long after the deadline this call began
         */
        void expired(SwitchoverPhase phase, String device, long latenessNanos);
    }

    /** Prepares the watch's thread, on that thread: priority, timer slack. */
    @FunctionalInterface
    public interface ThreadSetup {
        /**
         * Asks the system for what it can get.
         *
         * @return what it got, for people
         */
        String apply();
    }

    private static final System.Logger LOG = System.getLogger(DeadlineWatch.class.getName());
    private static final int RING_SIZE = 1024;

    private final RingBuffer<WatchEvent> ring;
    private final BatchEventProcessor<WatchEvent> processor;
    private final Thread thread;
    private final CountDownLatch ready = new CountDownLatch(1);
    private volatile String scheduling = "";

    /**
     * Starts the watch's thread and waits until it is ready, so that its first deadline finds it
     * warm.
     *
     * @param role the thread's name
     * @param clock the clock that deadlines are in
     * @param setup run on the new thread first
     * @param listener called at each deadline that passes while armed
     */
    public DeadlineWatch(String role, NanoClock clock, ThreadSetup setup, Listener listener) {
        DeadlineWaitStrategy strategy = new DeadlineWaitStrategy(clock);
        ring = RingBuffer.createSingleProducer(WatchEvent::new, RING_SIZE, strategy);
        processor =
                new BatchEventProcessorBuilder()
                        .build(ring, ring.newBarrier(), new Handler(strategy, clock, listener));
        ring.addGatingSequences(processor.getSequence());
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name(role)
                        .unstarted(() -> {
                            scheduling = setup.apply();
                            ready.countDown();
                            processor.run();
                        });
        thread.start();
        awaitReady();
    }

    /**
     * What the thread got from the system.
     *
     * @return such as {@code SCHED_FIFO 10, timer slack 1 ns}
     */
    public String scheduling() {
        return scheduling;
    }

    /**
     * Arms the watch.
     *
     * @param deadlineNanos when to fire, in the watch's clock
     */
    public void arm(long deadlineNanos) {
        publish(WatchEvent.Kind.ARM, SwitchoverPhase.STOP_VCPUS, "", deadlineNanos);
        wake();
    }

    /**
     * Says what the producer does now.
     *
     * @param phase the phase
     * @param device the device it is about, or an empty string
     */
    public void enter(SwitchoverPhase phase, String device) {
        publish(WatchEvent.Kind.ENTER, phase, device, 0);
    }

    /** Disarms the watch; a deadline that passes from now on fires nothing. */
    public void disarm() {
        publish(WatchEvent.Kind.DISARM, SwitchoverPhase.STOP_VCPUS, "", 0);
        wake();
    }

    /** Ends the thread and waits for it, unless called on it. */
    @Override
    public void close() {
        processor.halt();
        wake();
        if (Thread.currentThread() != thread) {
            joinThread();
        }
    }

    /** For a clock that does not advance by itself. */
    void wake() {
        LockSupport.unpark(thread);
    }

    private void publish(
            WatchEvent.Kind kind, SwitchoverPhase phase, String device, long deadlineNanos) {
        long sequence;
        try {
            sequence = ring.tryNext();
        } catch (InsufficientCapacityException _) {
            wakeAndWait();
            sequence = ring.next();
        }
        WatchEvent event = ring.get(sequence);
        event.kind = kind;
        event.phase = phase;
        event.device = device;
        event.deadlineNanos = deadlineNanos;
        ring.publish(sequence);
    }

    /** The ring is full only while the watch sleeps; a look at the ring empties it. */
    private void wakeAndWait() {
        while (ring.remainingCapacity() == 0) {
            wake();
            Thread.onSpinWait();
        }
    }

    private void awaitReady() {
        boolean interrupted = false;
        while (ready.getCount() > 0) {
            try {
                ready.await();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void joinThread() {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The consumer; runs on the watch's thread alone. */
    private static final class Handler implements EventHandler<WatchEvent> {
        private final DeadlineWaitStrategy strategy;
        private final NanoClock clock;
        private final Listener listener;
        private long deadline;
        private SwitchoverPhase phase = SwitchoverPhase.STOP_VCPUS;
        private String device = "";

        Handler(DeadlineWaitStrategy strategy, NanoClock clock, Listener listener) {
            this.strategy = strategy;
            this.clock = clock;
            this.listener = listener;
        }

        @Override
        public void onEvent(WatchEvent event, long sequence, boolean endOfBatch) {
            switch (event.kind) {
                case ARM -> {
                    deadline = event.deadlineNanos;
                    strategy.arm(deadline);
                }
                case ENTER -> at(event);
                case DISARM -> strategy.disarm();
            }
        }

        @Override
        public void onTimeout(long sequence) {
            try {
                listener.expired(phase, device, clock.nanoTime() - deadline);
            } catch (RuntimeException e) {
                LOG.log(Level.ERROR, "The watch's listener failed. phase=" + phase, e);
            }
        }

        private void at(WatchEvent event) {
            phase = event.phase;
            device = event.device;
        }
    }
}
