package io.jvmm.monitor;

import io.jvmm.monitor.transport.Chardev;
import io.jvmm.monitor.transport.Transport;
import io.jvmm.monitor.transport.TransportListener;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** All monitors of a process. */
public final class Monitors implements AutoCloseable {
    private final MonitorTarget target;
    private final List<AutoCloseableQuietly> open = new ArrayList<>();
    private final List<String> addresses = new ArrayList<>();

    private interface AutoCloseableQuietly extends AutoCloseable {
        @Override
        void close();
    }

    private Monitors(MonitorTarget target) {
        this.target = target;
    }

    /**
     * Opens monitors, in order. A waiting server holds this up until its first client is there.
     *
     * @param specs which ones
     * @param target what they control
     * @return the open monitors
     * @throws IOException if one cannot be opened; those before it are closed again
     */
    public static Monitors open(List<MonitorSpec> specs, MonitorTarget target) throws IOException {
        Monitors monitors = new Monitors(target);
        try {
            for (MonitorSpec spec : specs) {
                monitors.open(spec);
            }
            return monitors;
        } catch (IOException e) {
            monitors.close();
            throw e;
        }
    }

    private void open(MonitorSpec spec) throws IOException {
        switch (spec.chardev()) {
            case Chardev.Null() -> {
                // Nobody can ever speak to it.
            }
            case Chardev.Stdio() -> serve(Chardev.stdio(), spec.mode());
            case Chardev.UnixSocket socket -> {
                if (socket.role() == Chardev.Role.CLIENT) {
                    serve(Chardev.connect(socket), spec.mode());
                } else {
                    listen(Chardev.listen(socket), socket.role(), spec.mode());
                }
            }
            case Chardev.TcpSocket socket -> {
                if (socket.role() == Chardev.Role.CLIENT) {
                    serve(Chardev.connect(socket), spec.mode());
                } else {
                    listen(Chardev.listen(socket), socket.role(), spec.mode());
                }
            }
        }
    }

    private void serve(Transport transport, MonitorSpec.Mode mode) {
        MonitorSession session = new MonitorSession(transport, mode, target, nextName());
        open.add(session::close);
        session.start();
    }

    private void listen(TransportListener listener, Chardev.Role role, MonitorSpec.Mode mode)
            throws IOException {
        MonitorServer server = new MonitorServer(listener, mode, target, nextName());
        open.add(server::close);
        addresses.add(listener.address());
        if (role == Chardev.Role.WAITING_SERVER) {
            server.acceptFirst();
        }
        server.start();
    }

    private String nextName() {
        return "monitor-" + open.size();
    }

    /**
     * Where the servers listen, in order, with real ports.
     *
     * @return such as {@code tcp:127.0.0.1:4445}
     */
    public List<String> addresses() {
        return List.copyOf(addresses);
    }

    /** Writes what is queued, then ends all sessions and stops listening. */
    @Override
    public void close() {
        open.reversed().forEach(AutoCloseableQuietly::close);
        open.clear();
    }
}
