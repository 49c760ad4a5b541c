package io.jvmm.migration;

import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.SessionId;
import java.util.concurrent.locks.LockSupport;

/**
 * Says during a switchover that the destination is alive, whatever its incoming thread is busy
 * with: a source that hears nothing any more knows that the link is lost, long before the system
 * does.
 */
final class Heartbeat implements AutoCloseable {
    private static final long INTERVAL_NANOS = 20_000_000;

    private final ReturnPathWriter voice;
    private final Thread thread;
    private volatile HandoverMessage.Heartbeat beat;
    private volatile boolean closed;

    /** Begins to beat. */
    Heartbeat(ReturnPathWriter voice, SessionId session, int attempt) {
        this.voice = voice;
        this.beat = new HandoverMessage.Heartbeat(session, attempt);
        this.thread = Thread.ofPlatform().daemon().name("heartbeat").unstarted(this::run);
        thread.start();
    }

    /** Another attempt begins. */
    void attempt(int attempt) {
        beat = new HandoverMessage.Heartbeat(beat.id(), attempt);
    }

    private void run() {
        while (!closed && voice.sayInPassing(beat)) {
            LockSupport.parkNanos(this, INTERVAL_NANOS);
        }
    }

    /** Ends without waiting. */
    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }
}
