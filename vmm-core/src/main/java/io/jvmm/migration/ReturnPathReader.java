package io.jvmm.migration;

import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamInterruptedException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.channel.ChannelInput;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.PeerKind;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.SessionId;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The source's ear: reads what the destination says on a thread of its own, keeps the last message
 * of each kind, wakes the migration thread, and tells the listener at once what may decide an
 * attempt.
 */
final class ReturnPathReader {
    /** What the migration thread can wait for. */
    enum Answer {
        PONG,
        READY,
        STARTED,
        SHUT
    }

    /** Told on the return-path thread, which must not be blocked. */
    interface Listener {
        void ended(String why);

        void heard(ReturnPathMessage message);
    }

    private static final Duration LAST_WORDS = Duration.ofMillis(100);

    private final ChannelInput input;
    private final StreamReader reader;
    private final NanoClock clock;
    private final Listener listener;
    private final Thread migrationThread;
    private final Thread thread;
    private volatile PeerKind peer = PeerKind.QEMU;
    private volatile @Nullable SessionId session;
    private volatile int attempt = HandoverAttempt.FIRST;
    private volatile ReturnPathMessage.@Nullable Pong pong;
    private volatile HandoverMessage.@Nullable Ready ready;
    private volatile HandoverMessage.@Nullable Started started;
    private volatile ReturnPathMessage.@Nullable Shut shut;
    private volatile boolean acknowledged;
    private volatile boolean beating;
    private volatile long heardAt;
    private volatile boolean ended;

    ReturnPathReader(ChannelInput input, NanoClock clock, Listener listener) {
        this.input = input;
        this.reader = new StreamReader(input);
        this.clock = clock;
        this.listener = listener;
        this.migrationThread = Thread.currentThread();
        this.thread = Thread.ofPlatform().daemon().name("return-path").unstarted(this::listen);
    }

    void start() {
        thread.start();
    }

    /**
     * Waits on the migration thread.
     *
     * @return true if the answer came; false at the deadline, at the end of the return path, or
     *     when {@code giveUp} says so
     */
    boolean await(Answer answer, long deadlineNanos, BooleanSupplier giveUp) {
        while (!has(answer)) {
            long left = deadlineNanos - clock.nanoTime();
            if (left <= 0 || ended || giveUp.getAsBoolean()) {
                return has(answer);
            }
            LockSupport.parkNanos(this, left);
        }
        return true;
    }

    /** Waits a moment for the end of what the destination has said. Migration thread. */
    void awaitEnd() {
        try {
            if (thread.isAlive()) {
                boolean _ = thread.join(LAST_WORDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether nothing more will be heard over this connection. */
    boolean isEnded() {
        return ended;
    }

    /** Whether the destination has agreed to a stop ({@code switchover-ack}). */
    boolean isAcknowledged() {
        return acknowledged;
    }

    /** From now on the peer is ours, and only this session's words are heard. */
    void expect(SessionId session) {
        this.session = session;
        peer = PeerKind.JVMM;
    }

    /** Another attempt begins: what was said of the last one is forgotten. Migration thread. */
    void expectAttempt(int next) {
        attempt = next;
        ready = null;
        acknowledged = false;
    }

    /**
     * How long nothing has been heard of a destination that says it is alive; 0 if it never did.
     */
    long silenceNanos() {
        return beating ? clock.nanoTime() - heardAt : 0;
    }

    /** The last pong, forgotten here so that the next can be waited for; null if there is none. */
    ReturnPathMessage.@Nullable Pong takePong() {
        ReturnPathMessage.Pong last = pong;
        pong = null;
        return last;
    }

    /** The destination's READY; null before it came. */
    HandoverMessage.@Nullable Ready ready() {
        return ready;
    }

    /** The destination's STARTED; null before it came. */
    HandoverMessage.@Nullable Started started() {
        return started;
    }

    private boolean has(Answer answer) {
        return switch (answer) {
            case PONG -> pong != null;
            case READY -> ready != null;
            case STARTED -> started != null;
            case SHUT -> shut != null;
        };
    }

    /** Ends the thread; the channel is closed by its owner. */
    void close() {
        input.interrupt();
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void listen() {
        try {
            // Its first byte is waited for before the peer is looked at: it is found out meanwhile.
            while (!reader.atEnd()) {
                ReturnPathMessage message = ReturnPathMessage.decode(reader, peer);
                heardAt = clock.nanoTime();
                if (concernsUs(message)) {
                    keep(message);
                    listener.heard(message);
                    LockSupport.unpark(migrationThread);
                }
            }
            ended("the destination closed the connection");
        } catch (StreamInterruptedException _) {
            // close(): nobody listens any more, and nothing has happened to the peer.
        } catch (RuntimeException e) {
            ended(String.valueOf(e.getMessage()));
        }
    }

    private void ended(String why) {
        ended = true;
        listener.ended(why);
        LockSupport.unpark(migrationThread);
    }

    /** A word of the hand-over counts only with the session's id; the judge knows the attempt. */
    private boolean concernsUs(ReturnPathMessage message) {
        return !(message instanceof HandoverMessage word) || Objects.equals(word.id(), session);
    }

    private void keep(ReturnPathMessage message) {
        switch (message) {
            case ReturnPathMessage.Pong pong when RoundConfirmations.isOfRound(pong.cookie()) -> {}
            case ReturnPathMessage.Pong pong -> this.pong = pong;
            case HandoverMessage.Ready ready when ready.attempt() == attempt -> this.ready = ready;
            case HandoverMessage.Started started when started.attempt() == attempt ->
                    this.started = started;
            case ReturnPathMessage.Shut shut -> this.shut = shut;
            case ReturnPathMessage.SwitchoverAck _ -> acknowledged = true;
            case HandoverMessage.Heartbeat _ -> beating = true;
            default -> {}
        }
    }
}
