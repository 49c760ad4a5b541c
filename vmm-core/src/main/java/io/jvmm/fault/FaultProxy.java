package io.jvmm.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Stands between a source and a destination, tcp or unix, and does to their connections what a plan
 * says, or what it is told to.
 *
 * <p>Any thread may call any method. One thread of its own carries the bytes.
 */
public final class FaultProxy implements AutoCloseable {
    private static final int BUFFER_SIZE = 64 << 10;
    private static final long NANOS_PER_MILLI = TimeUnit.MILLISECONDS.toNanos(1);

    private final SocketAddress target;
    private final Selector selector;
    private final ServerSocketChannel server;
    private final SocketAddress address;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_SIZE);
    private final List<Connection> connections = new ArrayList<>();
    private final PriorityQueue<Timer> timers =
            new PriorityQueue<>(Comparator.comparingLong(Timer::at));
    private final List<PlannedFault> early = new ArrayList<>();
    private final Queue<Runnable> orders = new ConcurrentLinkedQueue<>();
    private final List<Happening> happenings = new ArrayList<>();
    private final CountDownLatch connected = new CountDownLatch(1);
    private final Thread thread;
    private FaultPlan plan;
    private volatile boolean closing;

    /**
     * A fault that took effect.
     *
     * @param place where
     * @param fault what
     * @param nanoTime when, as {@link System#nanoTime}
     */
    public record Happening(Place place, Fault fault, long nanoTime) {}

    /** A fault that is due at a time. */
    private record Timer(long at, PlannedFault fault) {}

    private final class Effects implements Connection.Surroundings {
        @Override
        public void setOff(PlannedFault fault) {
            if (fault.when() instanceof Trigger.After(Trigger _, long nanos)) {
                timers.add(new Timer(System.nanoTime() + nanos, fault));
            } else {
                inflictNow(fault);
            }
        }

        @Override
        public long carried(Place place) {
            return place.connection() < connections.size() ? line(place).passedBytes() : 0;
        }

        @Override
        public void happened(Place place, Fault fault) {
            synchronized (happenings) {
                happenings.add(new Happening(place, fault, System.nanoTime()));
                happenings.notifyAll();
            }
        }
    }

    /**
     * Listens at once.
     *
     * @param listen where the source connects; port 0 takes a free one
     * @param target where the destination listens, now or when the source connects
     * @param plan what goes wrong
     */
    public FaultProxy(SocketAddress listen, SocketAddress target, FaultPlan plan) {
        this.target = target;
        this.plan = plan;
        try {
            selector = Selector.open();
            server = ServerSocketChannel.open(family(listen));
            server.bind(listen);
            address = server.getLocalAddress();
            server.configureBlocking(false);
            server.register(selector, SelectionKey.OP_ACCEPT);
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy cannot listen: address=" + listen, e);
        }
        thread = Thread.ofPlatform().daemon().name("fault-proxy").start(this::run);
    }

    private static StandardProtocolFamily family(SocketAddress address) {
        return address instanceof UnixDomainSocketAddress
                ? StandardProtocolFamily.UNIX
                : StandardProtocolFamily.INET;
    }

    /**
     * Where the source has to connect.
     *
     * @return such as {@code tcp:127.0.0.1:4444} or {@code unix:/path}
     */
    public String uri() {
        return switch (address) {
            case UnixDomainSocketAddress unix -> "unix:" + unix.getPath();
            case InetSocketAddress inet ->
                    "tcp:" + inet.getAddress().getHostAddress() + ":" + inet.getPort();
            default -> throw new IllegalStateException("Not a stream's address: " + address);
        };
    }

    /**
     * Makes something go wrong now.
     *
     * @param where at which place; it need not exist yet
     * @param fault what; bytes that the proxy holds are not spared
     */
    public void inflict(Place where, Fault fault) {
        order(() -> inflictNow(new PlannedFault(new Trigger.AtByte(where, 0), where, fault)));
    }

    /**
     * Makes a place good again: what stands goes on. What is lost or cut stays so.
     *
     * @param where at which place
     */
    public void lift(Place where) {
        order(() -> {
            if (where.connection() < connections.size()) {
                line(where).lift();
            }
        });
    }

    /**
     * Makes the link good from now on, and the plan is forgotten. Connections that have lost bytes
     * are cut.
     */
    public void heal() {
        order(() -> {
            plan = FaultPlan.NONE;
            timers.clear();
            early.clear();
            connections.forEach(Connection::heal);
        });
    }

    /** Cuts every connection that there is. */
    public void cutAll() {
        order(() -> connections.forEach(Connection::cut));
    }

    /**
     * Waits for the first connection.
     *
     * @param timeout how long at most
     * @return false after the time
     * @throws InterruptedException if interrupted
     */
    public boolean awaitConnection(Duration timeout) throws InterruptedException {
        return connected.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * Whether there has been a connection.
     *
     * @return true from the first one on
     */
    public boolean isConnected() {
        return connected.getCount() == 0;
    }

    /**
     * What took effect so far.
     *
     * @return in the order of the time
     */
    public List<Happening> happenings() {
        synchronized (happenings) {
            return List.copyOf(happenings);
        }
    }

    /**
     * Waits until so many faults have taken effect.
     *
     * @param count how many
     * @param timeout how long at most
     * @return false after the time
     * @throws InterruptedException if interrupted
     */
    public boolean awaitHappenings(int count, Duration timeout) throws InterruptedException {
        long end = System.nanoTime() + timeout.toNanos();
        synchronized (happenings) {
            while (happenings.size() < count) {
                long left = (end - System.nanoTime()) / NANOS_PER_MILLI;
                if (left <= 0) {
                    return false;
                }
                happenings.wait(left);
            }
            return true;
        }
    }

    /** Ends all connections and removes the UNIX socket. */
    @Override
    public void close() {
        closing = true;
        selector.wakeup();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void order(Runnable what) {
        orders.add(what);
        selector.wakeup();
    }

    private void run() {
        try (selector;
                server) {
            while (!closing) {
                selector.selectedKeys().clear();
                selector.select(timeoutMillis());
                for (Runnable each = orders.poll(); each != null; each = orders.poll()) {
                    each.run();
                }
                work(System.nanoTime());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            connections.forEach(Connection::close);
            removeSocket();
        }
    }

    private void work(long now) throws IOException {
        while (!timers.isEmpty() && timers.element().at <= now) {
            inflictNow(timers.remove().fault);
        }
        accept(now);
        for (Connection each : connections) {
            if (!each.isGone()) {
                each.carry(buffer, now);
            }
        }
    }

    private void accept(long now) throws IOException {
        SocketChannel source = server.accept();
        if (source == null) {
            return;
        }
        SocketChannel destination = SocketChannel.open(family(target));
        for (SocketChannel each : List.of(source, destination)) {
            each.configureBlocking(false);
            if (each.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                each.setOption(StandardSocketOptions.TCP_NODELAY, true);
            }
        }
        int index = connections.size();
        Connection connection =
                new Connection(index, source, destination, selector, plan, new Effects());
        connections.add(connection);
        connected.countDown();
        for (PlannedFault fault : early) {
            if (fault.where().connection() == index) {
                line(fault.where()).applyNow(fault.what(), now);
            }
        }
        connection.begin(target, now);
    }

    private void inflictNow(PlannedFault fault) {
        if (fault.where().connection() < connections.size()) {
            line(fault.where()).applyNow(fault.what(), System.nanoTime());
        } else {
            early.add(fault);
        }
    }

    private Line line(Place place) {
        return connections.get(place.connection()).line(place.direction());
    }

    /** Sets what is waited for; 0 would be for ever. */
    private long timeoutMillis() {
        long now = System.nanoTime();
        long wake = timers.isEmpty() ? Long.MAX_VALUE : timers.element().at;
        for (Connection each : connections) {
            if (!each.isGone()) {
                each.interests();
                wake = Math.min(wake, each.wakeAt(now));
            }
        }
        return wake == Long.MAX_VALUE ? 0 : Math.max(1, (wake - now) / NANOS_PER_MILLI);
    }

    private void removeSocket() {
        try {
            if (address instanceof UnixDomainSocketAddress unix) {
                Files.deleteIfExists(Path.of(unix.getPath().toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
