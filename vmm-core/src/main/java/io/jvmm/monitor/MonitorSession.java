package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.monitor.transport.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** One client, from its connection to its end. */
final class MonitorSession implements Runnable, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MonitorSession.class.getName());
    private static final int BUFFER_SIZE = 8192;
    private static final long DRAIN_MILLIS = 1000;

    private final Transport transport;
    private final MonitorTarget target;
    private final Outbox outbox;
    private final Protocol protocol;
    private final Semaphore turn = new Semaphore(1);
    private final Thread reader;
    private final Thread writer;
    private volatile MonitorTarget.@Nullable Registration registration;

    MonitorSession(Transport transport, MonitorSpec.Mode mode, MonitorTarget target, String name) {
        this.transport = transport;
        this.target = target;
        this.outbox = new Outbox(transport, InstantSource.system());
        this.protocol =
                switch (mode) {
                    case READLINE ->
                            new HmpProtocol(
                                    new CommandExecutor(target, ShutdownReason.HOST_UI),
                                    outbox::reply);
                    case CONTROL ->
                            new QmpProtocol(
                                    new CommandExecutor(target, ShutdownReason.HOST_QMP_QUIT),
                                    outbox::reply);
                };
        this.reader = Thread.ofPlatform().daemon().name(name).unstarted(this);
        this.writer = Thread.ofPlatform().daemon().name(name + "-out").unstarted(outbox);
    }

    void start() {
        registration = target.addEventListener(this::event);
        outbox.reply(protocol.greeting());
        writer.start();
        reader.start();
    }

    /** Reads and carries out commands until the client ends. */
    @Override
    public void run() {
        try {
            ByteBuffer buffer = ByteBuffer.allocate(BUFFER_SIZE);
            while (transport.read(buffer) >= 0) {
                carryOut(buffer.flip());
                buffer.clear();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "monitor client gone: " + transport.peer(), e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            unregister();
            outbox.end();
        }
    }

    private void carryOut(ByteBuffer bytes) throws InterruptedException {
        turn.acquire();
        try {
            protocol.receive(bytes);
        } finally {
            turn.release();
        }
    }

    boolean isAlive() {
        return writer.isAlive();
    }

    private void unregister() {
        MonitorTarget.Registration current = registration;
        if (current != null) {
            current.close();
        }
    }

    private void event(MonitorEvent event) {
        if (isWanted(event)) {
            outbox.event(protocol, event);
        }
    }

    private boolean isWanted(MonitorEvent event) {
        return switch (event) {
            case MonitorEvent.Migration _,
                    MonitorEvent.MigrationPass _,
                    MonitorEvent.Switchover _ ->
                    target.capabilities().isOn(Capability.EVENTS);
            case MonitorEvent.Stopped _, MonitorEvent.Resumed _, MonitorEvent.Shutdown _ -> true;
        };
    }

    /**
     * Lets the command in hand end, so that {@code quit} is answered, writes what is queued, and
     * disconnects; each within a second.
     */
    @Override
    public void close() {
        try {
            boolean _ = turn.tryAcquire(DRAIN_MILLIS, TimeUnit.MILLISECONDS);
            outbox.end();
            writer.join(DRAIN_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        unregister();
        transport.close();
        reader.interrupt();
    }
}
