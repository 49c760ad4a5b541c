package io.jvmm.monitor;

import io.jvmm.monitor.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * What a session still has to write. Replies wait for room, so that a client that does not read
 * stops its own commands; events never wait, and a client that lets them pile up is disconnected.
 */
final class Outbox implements Runnable {
    private static final System.Logger LOG = System.getLogger(Outbox.class.getName());
    private static final int CAPACITY = 1024;
    private static final long RECHECK_MILLIS = 100;

    private final BlockingQueue<Item> items = new ArrayBlockingQueue<>(CAPACITY);
    private final Transport transport;
    private final InstantSource clock;
    private volatile boolean broken;

    /** Something to write. */
    private sealed interface Item {
        record Reply(String text) implements Item {}

        record Event(Protocol protocol, MonitorEvent event, Instant when) implements Item {}

        record End() implements Item {}
    }

    Outbox(Transport transport, InstantSource clock) {
        this.transport = transport;
        this.clock = clock;
    }

    /** Queues a reply; waits while the queue is full. The reading thread. */
    void reply(String text) {
        put(new Item.Reply(text));
    }

    /** Queues the end: the writing thread stops when all before it is written. */
    void end() {
        put(new Item.End());
    }

    private void put(Item item) {
        try {
            boolean taken = false;
            while (!taken && !broken) {
                taken = items.offer(item, RECHECK_MILLIS, TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Queues an event, or disconnects a client that is too far behind. Any thread, never waits. */
    void event(Protocol protocol, MonitorEvent event) {
        if (!items.offer(new Item.Event(protocol, event, clock.instant())) && !broken) {
            broken = true;
            transport.close();
        }
    }

    /** Writes until the end or until the connection breaks. */
    @Override
    public void run() {
        try {
            while (!broken && write(items.take())) {
                // Each turn writes one item.
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "monitor client gone: " + transport.peer(), e);
        }
        broken = true;
        transport.close();
    }

    private boolean write(Item item) throws IOException {
        switch (item) {
            case Item.Reply(String text) -> write(text);
            case Item.Event(Protocol protocol, MonitorEvent event, Instant when) -> {
                String text = protocol.event(event, when).orElse("");
                write(text);
            }
            case Item.End() -> {
                return false;
            }
        }
        return true;
    }

    private void write(String text) throws IOException {
        if (!text.isEmpty()) {
            transport.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
        }
    }
}
