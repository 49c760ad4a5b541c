package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.DestinationHandover;
import io.jvmm.migration.switchover.DestinationHandover.Action;
import io.jvmm.migration.switchover.DestinationHandover.Event;
import io.jvmm.migration.switchover.DestinationHandover.State;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.SwitchoverPhase;

/**
 * Carries every event of the destination's hand-over to the one {@link DestinationHandover}, and
 * ends whatever the incoming thread is blocked in once the guest is given up, or the attempt is.
 *
 * <p>Any thread; no lock, no allocation on the watch's way.
 */
final class DestinationJudge implements DeadlineWatch.Listener {
    private static final long NO_LIMIT = -1;
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final DestinationHandover handover = new DestinationHandover();
    private final Deciders deciders = new Deciders();
    private final Runnable breakIn;
    private volatile String cause = "";
    private volatile SwitchoverPhase expiredPhase = SwitchoverPhase.SOURCE_SILENT;
    private volatile String expiredDevice = "";
    private volatile long limitMillis = NO_LIMIT;
    private volatile int limitedAttempt;
    private volatile long latenessNanos = SwitchoverInfo.UNKNOWN;
    private volatile boolean expired;

    /**
     * Creates the judge of one incoming migration.
     *
     * @param breakIn ends whatever the incoming thread is blocked in; any thread, may run twice
     */
    DestinationJudge(Runnable breakIn) {
        this.breakIn = breakIn;
    }

    State state() {
        return handover.state();
    }

    /** The attempt that is under way, or the last one. */
    int attempt() {
        return handover.attempt();
    }

    /** The source may try again after an abort. */
    void allowRetries() {
        handover.allowRetries();
    }

    /** Throws on the incoming thread once loading must not go on. */
    void checkpoint() {
        if (handover.state() == State.DROPPED) {
            throw AttemptOverException.INSTANCE;
        }
    }

    /** Whether what comes is not wanted any more, or is read and forgotten. */
    boolean isAttemptOver() {
        State now = handover.state();
        return now == State.EXPIRED || now == State.DROPPED;
    }

    /** A reason for people, unless there is one. */
    void explain(String why) {
        if (cause.isEmpty()) {
            cause = why;
        }
    }

    /** Applies an event and says what the caller has to do. */
    Action decide(Event event) {
        return decide(event, HandoverAttempt.CURRENT);
    }

    /** Applies an event about one attempt and says what the caller has to do. */
    Action decide(Event event, int attempt) {
        State before = handover.state();
        Action action = handover.fire(event, attempt);
        if (action == Action.SEND_DROPPED && before != State.DROPPED) {
            breakIn.run();
        }
        return action;
    }

    /** Gives up for a reason; without effect if the guest is given up, or started, already. */
    void giveUp(Event event, String why) {
        giveUp(event, HandoverAttempt.CURRENT, why);
    }

    /**
     * Gives up at a word about one attempt. Until the guest is given up the latest reason counts: a
     * lost link, say, changes nothing for a prepared guest.
     *
     * @return what the caller has to do
     */
    Action giveUp(Event event, int attempt, String why) {
        if (handover.state() != State.DROPPED) {
            cause = why;
        }
        return decide(event, attempt);
    }

    /**
     * Another attempt begins: whoever ended the last one is done, and what it left is forgotten.
     * Incoming thread.
     */
    void beginAttempt() {
        deciders.awaitNone();
        cause = "";
        expired = false;
        latenessNanos = SwitchoverInfo.UNKNOWN;
    }

    /** The limit that the source named, of the attempt that is under way. */
    void limit(long millis) {
        limitMillis = millis;
        limitedAttempt = attempt();
    }

    @Override
    public void expired(SwitchoverPhase phase, String device, long latenessNanos) {
        deciders.enter();
        try {
            expire(phase, device, latenessNanos);
        } finally {
            deciders.leave();
        }
    }

    private void expire(SwitchoverPhase phase, String device, long latenessNanos) {
        if (handover.state() != State.LOADING) {
            return;
        }
        expiredPhase = phase;
        expiredDevice = device;
        this.latenessNanos = latenessNanos;
        if (handover.fire(Event.EXPIRE, limitedAttempt) != Action.NONE) {
            expired = true;
            breakIn.run();
        }
    }

    /** The limit that the source named; {@link SwitchoverInfo#UNKNOWN} if it named none. */
    long limitNanos() {
        return limitMillis == NO_LIMIT ? SwitchoverInfo.UNKNOWN : limitMillis * NANOS_PER_MILLI;
    }

    /**
     * How long after the deadline the watch fired; {@link SwitchoverInfo#UNKNOWN} if it did not.
     */
    long latenessNanos() {
        return latenessNanos;
    }

    /** The phase that the limit broke here. */
    String expiredIn() {
        return expiredPhase.describe(expiredDevice);
    }

    /** Whether the limit was exceeded here. */
    boolean isExpired() {
        return expired;
    }

    /** Why the guest was given up, for people at both sides. */
    String cause() {
        if (!expired) {
            return cause;
        }
        return "switchover limit of %d ms exceeded at the destination, in %s"
                .formatted(limitMillis, expiredPhase.describe(expiredDevice));
    }
}
