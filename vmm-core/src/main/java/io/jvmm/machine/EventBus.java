package io.jvmm.machine;

import com.lmax.disruptor.BatchEventProcessor;
import com.lmax.disruptor.BatchEventProcessorBuilder;
import com.lmax.disruptor.EventHandler;
import com.lmax.disruptor.RingBuffer;
import com.lmax.disruptor.Sequence;
import com.lmax.disruptor.SequenceBarrier;
import com.lmax.disruptor.WaitStrategy;
import io.jvmm.monitor.MonitorEvent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries events to the monitors on a thread of its own, so that the migration thread and the watch
 * can say STOP and RESUME during a switchover without a lock, an allocation or a socket.
 */
final class EventBus implements AutoCloseable {
    private static final int RING_SIZE = 1024;
    private static final long DRAIN_NANOS = 100_000;

    private final List<Consumer<MonitorEvent>> listeners = new CopyOnWriteArrayList<>();
    private final RingBuffer<Slot> ring;
    private final BatchEventProcessor<Slot> processor;
    private final Thread thread;

    EventBus() {
        Parking parking = new Parking();
        ring = RingBuffer.createMultiProducer(Slot::new, RING_SIZE, parking);
        processor =
                new BatchEventProcessorBuilder()
                        .build(ring, ring.newBarrier(), (EventHandler<Slot>) this::deliver);
        ring.addGatingSequences(processor.getSequence());
        thread = Thread.ofPlatform().daemon().name("events").unstarted(processor);
        parking.consumer = thread;
        thread.start();
    }

    void add(Consumer<MonitorEvent> listener) {
        listeners.add(listener);
    }

    void remove(Consumer<MonitorEvent> listener) {
        listeners.remove(listener);
    }

    /** Any thread. Events are delivered in the order of their publication. */
    void publish(MonitorEvent event) {
        long sequence = ring.next();
        ring.get(sequence).event = event;
        ring.publish(sequence);
    }

    /** Delivers what is published already and ends the thread. */
    @Override
    public void close() {
        while (processor.getSequence().get() < ring.getCursor()) {
            LockSupport.unpark(thread);
            LockSupport.parkNanos(this, DRAIN_NANOS);
        }
        processor.halt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void deliver(Slot slot, long sequence, boolean endOfBatch) {
        MonitorEvent event = slot.event;
        slot.event = null;
        if (event != null) {
            listeners.forEach(listener -> listener.accept(event));
        }
    }

    private static final class Slot {
        private @Nullable MonitorEvent event;
    }

    /** Parks until something is published. */
    private static final class Parking implements WaitStrategy {
        private volatile @Nullable Thread consumer;

        @Override
        public long waitFor(
                long sequence, Sequence cursor, Sequence dependent, SequenceBarrier barrier)
                throws com.lmax.disruptor.AlertException {
            long available = dependent.get();
            while (available < sequence) {
                barrier.checkAlert();
                LockSupport.park(this);
                available = dependent.get();
            }
            return available;
        }

        @Override
        public void signalAllWhenBlocking() {
            LockSupport.unpark(consumer);
        }
    }
}
