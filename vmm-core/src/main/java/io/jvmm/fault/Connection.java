package io.jvmm.fault;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.List;

/** One connection through the proxy: two sockets and a line each way. On the proxy's thread. */
final class Connection {
    private final Surroundings proxy;
    private final SocketChannel source;
    private final SocketChannel destination;
    private final SelectionKey sourceKey;
    private final SelectionKey destinationKey;
    private final Line forward;
    private final Line backward;
    private boolean gone;

    /** What a connection needs from its proxy. */
    interface Surroundings {
        /** A fault is set off that is not the place's own, or not yet. */
        void setOff(PlannedFault fault);

        /** How many bytes a place has carried; none if it does not exist. */
        long carried(Place place);

        /** A fault takes effect. */
        void happened(Place place, Fault fault);
    }

    private final class Effects implements Line.Actions {
        @Override
        public void cut() {
            Connection.this.cut();
        }

        @Override
        public void setOff(PlannedFault fault) {
            proxy.setOff(fault);
        }

        @Override
        public long carried(Place other) {
            return proxy.carried(other);
        }

        @Override
        public void happened(Place place, Fault fault) {
            proxy.happened(place, fault);
        }
    }

    /**
     * Prepares the way; the destination hears nothing before {@link #begin}.
     *
     * @param source connected, not blocking
     * @param destination not connected, not blocking
     */
    Connection(
            int index,
            SocketChannel source,
            SocketChannel destination,
            Selector selector,
            FaultPlan plan,
            Surroundings proxy)
            throws IOException {
        this.proxy = proxy;
        this.source = source;
        this.destination = destination;
        sourceKey = source.register(selector, 0, this);
        destinationKey = destination.register(selector, 0, this);
        forward = line(Place.forward(index), source, destination, plan);
        backward = line(Place.backward(index), destination, source, plan);
    }

    private Line line(Place place, SocketChannel from, SocketChannel to, FaultPlan plan) {
        List<PlannedFault> mine =
                plan.faults().stream().filter(fault -> fault.when().place().equals(place)).toList();
        return new Line(place, from, to, mine, new Effects());
    }

    /** Connects on, unless it is refused. */
    void begin(SocketAddress target, long now) {
        forward.begin(now);
        backward.begin(now);
        if (forward.isRefused() || backward.isRefused()) {
            forward.write(now);
            backward.write(now);
            return;
        }
        try {
            destination.connect(target);
        } catch (IOException _) {
            cut();
        }
    }

    Line line(Direction direction) {
        return direction == Direction.FORWARD ? forward : backward;
    }

    boolean isGone() {
        return gone;
    }

    /** What to wait for. */
    void interests() {
        if (destination.isConnected()) {
            sourceKey.interestOps(interests(forward, backward));
            destinationKey.interestOps(interests(backward, forward));
        } else {
            destinationKey.interestOps(SelectionKey.OP_CONNECT);
        }
    }

    private static int interests(Line from, Line to) {
        return (from.wantsToRead() ? SelectionKey.OP_READ : 0)
                | (to.isFull() ? SelectionKey.OP_WRITE : 0);
    }

    long wakeAt(long now) {
        return Math.min(forward.wakeAt(now), backward.wakeAt(now));
    }

    /** Carries what can be carried now. */
    void carry(ByteBuffer buffer, long now) {
        try {
            if (!destination.isConnected() && !destination.finishConnect()) {
                return;
            }
        } catch (IOException _) {
            cut();
            return;
        }
        if (sourceKey.isReadable() && forward.wantsToRead()) {
            forward.read(buffer, now);
        }
        if (!gone && destinationKey.isReadable() && backward.wantsToRead()) {
            backward.read(buffer, now);
        }
        pass(now);
    }

    private void pass(long now) {
        if (!gone) {
            forward.write(now);
        }
        if (!gone) {
            backward.write(now);
        }
        if (!gone && forward.isOver() && backward.isOver()) {
            close();
        }
    }

    /** Resets both sides, as far as their sockets know that. */
    void cut() {
        for (SocketChannel each : List.of(source, destination)) {
            try {
                if (each.supportedOptions().contains(StandardSocketOptions.TCP_NODELAY)) {
                    each.setOption(StandardSocketOptions.SO_LINGER, 0);
                }
            } catch (IOException _) {
                // It is closed already.
            }
        }
        close();
    }

    /** A connection that has lost bytes is good for nothing any more: both sides learn that. */
    void heal() {
        if (forward.isSilent() || backward.isSilent()) {
            cut();
        } else {
            forward.lift();
            backward.lift();
        }
    }

    void close() {
        gone = true;
        closeQuietly(source);
        closeQuietly(destination);
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            channel.close();
        } catch (IOException _) {
            // Closed as far as it can be.
        }
    }
}
