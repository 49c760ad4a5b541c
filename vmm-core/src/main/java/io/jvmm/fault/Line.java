package io.jvmm.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One direction of one connection: what came in and has not gone out yet, and what goes wrong with
 * it. What happens between two bytes stands between them in the queue. On the proxy's thread.
 */
final class Line {
    private static final int QUEUE_LIMIT = 1 << 20;
    private static final long NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);
    private static final int PIECES_PER_SECOND = 200;
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Place place;
    private final SocketChannel from;
    private final SocketChannel to;
    private final TriggerWatch triggers;
    private final Actions actions;
    private final Deque<Item> queue = new ArrayDeque<>();
    private int queuedBytes;
    private long takenBytes;
    private long passedBytes;
    private boolean dropping;
    private boolean ended;
    private boolean closed;
    private boolean full;
    private long delayNanos;
    private long bytesPerSecond;
    private long freeAt;
    private long standsUntil = Long.MIN_VALUE;

    /** What happens beyond this direction. */
    interface Actions {
        /** Resets both sides. */
        void cut();

        /** A fault is set off that is not this place's, or not yet. */
        void setOff(PlannedFault fault);

        /** How many bytes a place has carried. */
        long carried(Place other);

        /** A fault of this place takes effect. */
        void happened(Place place, Fault fault);
    }

    private sealed interface Item {
        /** Bytes that may go out from a time on. */
        record Bytes(ByteBuffer bytes, long due) implements Item {}

        /** What happens between the bytes before and after it. */
        record Mark(Fault fault) implements Item {}

        /** The sender has ended the connection, or this direction of it. */
        record End(Fault how) implements Item {}

        /** The other place is waited for. */
        record Behind(Place other, long bytes, long until) implements Item {}
    }

    Line(
            Place place,
            SocketChannel from,
            SocketChannel to,
            List<PlannedFault> watchedFor,
            Actions actions) {
        this.place = place;
        this.from = from;
        this.to = to;
        this.triggers = new TriggerWatch(watchedFor);
        this.actions = actions;
    }

    /** Sets off what is planned before the first byte. */
    void begin(long now) {
        triggers.setOff(0).forEach(fault -> setOff(fault, now));
    }

    /** Whether the connection is cut before anything else. */
    boolean isRefused() {
        return queue.peek() instanceof Item.Mark(Fault fault) && fault instanceof Fault.Cut;
    }

    boolean wantsToRead() {
        return !ended && queuedBytes < QUEUE_LIMIT;
    }

    /** Whether the receiver must take something before anything else can pass. */
    boolean isFull() {
        return full;
    }

    /** When there is something to do that nobody will say. */
    long wakeAt(long now) {
        return switch (queue.peek()) {
            case null -> Long.MAX_VALUE;
            case Item.Behind behind -> Math.min(behind.until, now + LOOK_NANOS);
            case Item.Bytes _, Item.Mark _, Item.End _ -> full ? Long.MAX_VALUE : due();
        };
    }

    private long due() {
        return switch (queue.peek()) {
            case null -> Long.MAX_VALUE;
            case Item.Bytes(ByteBuffer _, long due) -> Math.max(due, standsUntil);
            case Item.Mark _, Item.End _, Item.Behind _ -> standsUntil;
        };
    }

    /** Whether bytes were lost without a word. */
    boolean isSilent() {
        return dropping;
    }

    /** Nothing will come any more, and nothing is left to be passed on. */
    boolean isOver() {
        return ended && (closed || dropping);
    }

    long passedBytes() {
        return passedBytes;
    }

    /** Takes what has come in. */
    void read(ByteBuffer buffer, long now) {
        buffer.clear();
        if (bytesPerSecond > 0) {
            long piece = Math.max(1, bytesPerSecond / PIECES_PER_SECOND);
            buffer.limit((int) Math.min(buffer.capacity(), piece));
        }
        try {
            if (from.read(buffer) >= 0) {
                take(buffer.flip(), now);
                return;
            }
            senderGone(new Fault.HalfClose());
        } catch (IOException _) {
            senderGone(new Fault.Cut());
        }
    }

    private void senderGone(Fault how) {
        ended = true;
        if (!dropping && !closed) {
            queue.add(new Item.End(how));
        }
    }

    private void take(ByteBuffer bytes, long now) {
        triggers.look(bytes, takenBytes);
        while (triggers.next() <= takenBytes + bytes.remaining()) {
            int before = (int) Math.max(0, triggers.next() - takenBytes);
            add(bytes.slice(bytes.position(), before), now);
            bytes.position(bytes.position() + before);
            triggers.setOff(takenBytes).forEach(fault -> setOff(fault, now));
        }
        add(bytes, now);
    }

    private void add(ByteBuffer bytes, long now) {
        int count = bytes.remaining();
        takenBytes += count;
        if (dropping || closed || count == 0) {
            return;
        }
        long start = now;
        if (bytesPerSecond > 0) {
            freeAt = Math.max(now, freeAt) + count * NANOS_PER_SECOND / bytesPerSecond;
            start = freeAt;
        }
        queuedBytes += count;
        queue.add(new Item.Bytes(ByteBuffer.allocate(count).put(bytes).flip(), start + delayNanos));
    }

    private void setOff(PlannedFault fault, long now) {
        if (fault.isInLine()) {
            apply(fault.what(), now);
        } else {
            actions.setOff(fault);
        }
    }

    /** Between what was taken so far and what comes. */
    private void apply(Fault fault, long now) {
        if (!changesTheLine(fault, now) && !closed) {
            queue.add(new Item.Mark(fault));
        }
    }

    /** At once, before what was taken and has not gone out. */
    void applyNow(Fault fault, long now) {
        if (!changesTheLine(fault, now) && !closed) {
            standsUntil = Long.MIN_VALUE;
            queue.addFirst(new Item.Mark(fault));
        }
    }

    private boolean changesTheLine(Fault fault, long now) {
        switch (fault) {
            case Fault.Drop _ -> dropping = true;
            case Fault.Delay(long nanos) -> delayNanos = nanos;
            case Fault.Throttle(long rate) -> {
                bytesPerSecond = rate;
                freeAt = now;
            }
            case Fault.Stall _, Fault.Cut _, Fault.HalfClose _, Fault.FallBehind _ -> {
                return false;
            }
        }
        actions.happened(place, fault);
        return true;
    }

    /** What stands goes on, as fast as it can. What was lost stays lost. */
    void lift() {
        delayNanos = 0;
        bytesPerSecond = 0;
        standsUntil = Long.MIN_VALUE;
        queue.removeIf(item -> item instanceof Item.Behind);
    }

    /** Passes on what may pass now. */
    void write(long now) {
        full = false;
        while (due() <= now && writeFirst(now)) {
            // The next one.
        }
    }

    /** False if the first of the queue has to wait. */
    private boolean writeFirst(long now) {
        switch (queue.element()) {
            case Item.Bytes(ByteBuffer bytes, long _) -> {
                passOn(bytes);
                full = bytes.hasRemaining();
                if (full) {
                    return false;
                }
                queue.remove();
            }
            case Item.Behind(Place other, long bytes, long until) -> {
                if (now < until && actions.carried(other) < bytes) {
                    return false;
                }
                queue.remove();
            }
            case Item.End(Fault how) -> {
                queue.remove();
                carryOut(how, now);
            }
            case Item.Mark(Fault fault) -> {
                queue.remove();
                actions.happened(place, fault);
                carryOut(fault, now);
            }
        }
        return true;
    }

    private void passOn(ByteBuffer bytes) {
        int left = bytes.remaining();
        try {
            passedBytes += to.write(bytes);
        } catch (IOException _) {
            // The receiver is gone, which the other direction finds out by itself.
            bytes.position(bytes.limit());
        }
        queuedBytes -= left - bytes.remaining();
    }

    private void carryOut(Fault fault, long now) {
        switch (fault) {
            case Fault.FallBehind(Place other, long bytes, long atMost) ->
                    queue.addFirst(new Item.Behind(other, bytes, now + atMost));
            case Fault.Stall(long nanos) ->
                    standsUntil = nanos == Fault.FOREVER ? Long.MAX_VALUE : now + nanos;
            case Fault.HalfClose _ -> finish();
            case Fault.Cut _ -> actions.cut();
            case Fault.Drop _, Fault.Delay _, Fault.Throttle _ ->
                    throw new AssertionError("This changes the line: " + fault);
        }
    }

    /** The receiver sees the end; what still comes is read and lost. */
    private void finish() {
        closed = true;
        queue.clear();
        queuedBytes = 0;
        try {
            to.shutdownOutput();
        } catch (IOException _) {
            // The receiver is gone.
        }
    }
}
