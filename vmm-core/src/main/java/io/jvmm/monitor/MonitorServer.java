package io.jvmm.monitor;

import io.jvmm.monitor.transport.Transport;
import io.jvmm.monitor.transport.TransportListener;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Lets clients in, several at a time. */
final class MonitorServer implements Runnable, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(MonitorServer.class.getName());
    private static final int MAX_SESSIONS = 8;

    private final TransportListener listener;
    private final MonitorSpec.Mode mode;
    private final MonitorTarget target;
    private final String name;
    private final Thread thread;
    private final List<MonitorSession> sessions = new CopyOnWriteArrayList<>();
    private int accepted;
    private volatile boolean closed;

    MonitorServer(
            TransportListener listener, MonitorSpec.Mode mode, MonitorTarget target, String name) {
        this.listener = listener;
        this.mode = mode;
        this.target = target;
        this.name = name;
        this.thread = Thread.ofPlatform().daemon().name(name).unstarted(this);
    }

    void start() {
        thread.start();
    }

    /** Waits for the first client in the calling thread. */
    void acceptFirst() throws IOException {
        serve(listener.accept());
    }

    @Override
    public void run() {
        try {
            while (!closed) {
                serve(listener.accept());
            }
        } catch (IOException e) {
            if (!closed) {
                LOG.log(System.Logger.Level.ERROR, "monitor lost: " + listener.address(), e);
            }
        }
    }

    private void serve(Transport transport) {
        sessions.removeIf(session -> !session.isAlive());
        if (sessions.size() >= MAX_SESSIONS) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "monitor client refused: limit=" + MAX_SESSIONS + " peer=" + transport.peer());
            transport.close();
            return;
        }
        MonitorSession session =
                new MonitorSession(transport, mode, target, name + "-" + accepted++);
        session.start();
        sessions.add(session);
    }

    @Override
    public void close() {
        closed = true;
        listener.close();
        sessions.forEach(MonitorSession::close);
    }
}
