package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.migration.switchover.SourceHandover.Action;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.wire.HandoverMessage;
import java.util.function.BooleanSupplier;

/**
 * Carries every event of the source's hand-over to the one {@link SourceHandover}, and carries out
 * what follows from the winning one: the guest runs again first, then whatever the migration thread
 * is blocked in is broken.
 *
 * <p>Called by the migration thread, the watch, the return-path thread and the monitors. Takes no
 * lock and allocates nothing, so the watch is never held up; texts are made later from what is kept
 * here.
 */
final class SourceJudge implements DeadlineWatch.Listener {
    private static final long NEVER = -1;

    private final SourceHandover handover;
    private final Deciders deciders = new Deciders();
    private final BooleanSupplier resumeGuest;
    private final NanoClock clock;
    private final Runnable breakIn;
    private final BooleanSupplier attemptOver = this::isAttemptOver;
    private final BooleanSupplier returned = this::isReturned;
    private volatile String failure = "";
    private volatile String expiredAtDestination = "";
    private volatile boolean destinationGone;
    private volatile SwitchoverPhase expiredPhase = SwitchoverPhase.STOP_VCPUS;
    private volatile String expiredDevice = "";
    private volatile long latenessNanos = NEVER;
    private volatile long decidedAt = NEVER;
    private volatile long resumedAt = NEVER;

    /**
     * Creates the judge of one migration.
     *
     * @param attempts how many switchovers may be tried; 0 = no bound
     * @param resumeGuest lets the guest run again, or says that the migration thread has to bring
     *     its devices back first, which {@link #resumed} ends; any thread, allocates nothing
     * @param clock the time
     * @param breakIn ends whatever the migration thread is blocked in; any thread, may run twice
     */
    SourceJudge(int attempts, BooleanSupplier resumeGuest, NanoClock clock, Runnable breakIn) {
        this.handover = new SourceHandover(attempts);
        this.resumeGuest = resumeGuest;
        this.clock = clock;
        this.breakIn = breakIn;
    }

    SourceHandover.State state() {
        return handover.state();
    }

    /** The attempt that is under way, or the last one. */
    int attempt() {
        return handover.attempt();
    }

    /** Whether another attempt might follow this one. */
    boolean attemptsLeft() {
        return handover.attemptsLeft();
    }

    /** The peer cannot forget an attempt: the one under way is the last. */
    void lastAttempt() {
        handover.lastAttempt();
    }

    /** Whether the migration has ended before a commit. */
    boolean isAborted() {
        return handover.state().isAborted();
    }

    /** Whether the attempt under way is over, another may follow or not. */
    boolean isAttemptOver() {
        SourceHandover.State now = handover.state();
        return now == SourceHandover.State.ROLLING_BACK || now.isAborted();
    }

    /** Whether an answer need not be waited for any more: given back, or lost. */
    boolean isReturned() {
        return switch (handover.state()) {
            case RETURNED, UNKNOWN -> true;
            default -> false;
        };
    }

    /**
     * Another attempt begins: whoever ended the last one is done, and what it left is forgotten.
     * Migration thread.
     */
    void beginAttempt() {
        deciders.awaitNone();
        failure = "";
        expiredAtDestination = "";
        latenessNanos = NEVER;
        decidedAt = NEVER;
        resumedAt = NEVER;
    }

    /** {@link #isAttemptOver}, made once: asking for it allocates nothing. */
    BooleanSupplier attemptOver() {
        return attemptOver;
    }

    /** {@link #isReturned}, made once. */
    BooleanSupplier returned() {
        return returned;
    }

    /** Throws on the migration thread once the attempt must not go on. */
    void checkpoint() {
        if (isAttemptOver()) {
            throw AttemptOverException.INSTANCE;
        }
    }

    /** The guest is about to be stopped; throws if the migration was cancelled before. */
    void stopping() {
        handover.fire(Event.STOP);
        checkpoint();
    }

    void cancel() {
        decide(Event.CANCEL, HandoverAttempt.CURRENT);
    }

    /** An error before the commit aborts; after it only the link counts as lost. */
    void fail(Event event, String why) {
        fail(event, HandoverAttempt.CURRENT, why);
    }

    private void fail(Event event, int attempt, String why) {
        if (failure.isEmpty()) {
            failure = why;
        }
        decide(event, attempt);
    }

    /** What the destination, or whoever answers for it, says of the hand-over. */
    void heard(HandoverMessage message) {
        switch (message) {
            case HandoverMessage.Started started -> decide(Event.STARTED, started.attempt());
            case HandoverMessage.Dropped dropped -> dropped(dropped);
            case HandoverMessage.Expired expired -> {
                if (expired.attempt() == attempt()) {
                    expiredThere(expired.cause());
                }
                decide(Event.EXPIRE, expired.attempt());
            }
            case HandoverMessage.RolledBack back -> decide(Event.ROLLED_BACK, back.attempt());
            case HandoverMessage.NoSuchSession none ->
                    decide(Event.NO_SUCH_SESSION, none.attempt());
            case HandoverMessage.Ready _, HandoverMessage.Heartbeat _ -> {}
        }
    }

    /** Whoever noticed first is named. */
    private void expiredThere(String cause) {
        if (latenessNanos == NEVER && expiredAtDestination.isEmpty()) {
            expiredAtDestination = cause;
        }
    }

    /** Given up there for good. */
    private void dropped(HandoverMessage.Dropped dropped) {
        destinationGone = true;
        if (dropped.expired()) {
            expiredThere(dropped.cause());
        }
        fail(
                dropped.expired() ? Event.DROPPED_EXPIRED : Event.DROPPED,
                dropped.attempt(),
                "the destination gave the guest up: " + dropped.cause());
    }

    /** Whether the outcome is known here for good: no question can follow. */
    boolean isOutcomeKnown() {
        return switch (handover.state()) {
            case COMPLETED, RETURNED, EXPIRED, CANCELLED, FAILED -> true;
            case ITERATING, STOPPED, ROLLING_BACK, COMMITTED, UNKNOWN, RESUMED, GIVEN_UP -> false;
        };
    }

    /** Whether the destination has said that it will never run the guest. */
    boolean isDestinationGone() {
        return destinationGone;
    }

    /** A peer that does not number its attempts has started the guest. */
    void started() {
        decide(Event.STARTED, HandoverAttempt.CURRENT);
    }

    /** The operator's word; true if it was what the hand-over waited for. */
    boolean resolve(Event event, String word) {
        if (handover.state() != SourceHandover.State.UNKNOWN) {
            return false;
        }
        failure = word;
        decide(event, HandoverAttempt.CURRENT);
        return handover.state() != SourceHandover.State.UNKNOWN;
    }

    /** A prepared destination has answered a question: whether it is to be told GO again. */
    boolean mayGoAgain(int attempt) {
        return handover.fire(Event.READY, attempt) == Action.SEND_GO;
    }

    @Override
    public void expired(SwitchoverPhase phase, String device, long latenessNanos) {
        if (phase == SwitchoverPhase.ROLL_BACK) {
            fail(Event.LINK_LOST, "the destination did not forget the attempt in time");
            return;
        }
        if (handover.state() != SourceHandover.State.STOPPED) {
            return;
        }
        expiredPhase = phase;
        expiredDevice = device;
        this.latenessNanos = latenessNanos;
        decide(Event.EXPIRE, HandoverAttempt.CURRENT);
    }

    /**
     * The destination is ready: decides for the commit, or throws if another decision came first.
     *
     * @param attempt which attempt's READY it was
     * @param deadlineNanos the watch's deadline; looked at once more here, in case a stalled
     *     process let it pass unseen
     */
    void commit(int attempt, SwitchoverPhase phase, long deadlineNanos) {
        long late = clock.nanoTime() - deadlineNanos;
        if (late >= 0) {
            expired(phase, "", late);
        }
        if (handover.fire(Event.READY, attempt) != Action.SEND_GO) {
            throw AttemptOverException.INSTANCE;
        }
    }

    /** Why the attempt failed; empty if it did not. */
    String failure() {
        return failure;
    }

    /** Whether the attempt was aborted for its limit. */
    boolean isExpired() {
        SourceHandover.State now = handover.state();
        return switch (now) {
            case ROLLING_BACK, EXPIRED -> true;
            // The destination hung up before its word was read here.
            case FAILED -> !expiredAtDestination.isEmpty();
            default -> false;
        };
    }

    /** Which side noticed the overrun. */
    String expiredSide() {
        return isExpiredHere() ? "source" : "destination";
    }

    /** Whether this side noticed it. */
    boolean isExpiredHere() {
        return expiredAtDestination.isEmpty();
    }

    /** The phase that the limit broke, if this side noticed. */
    String expiredIn() {
        return expiredPhase.describe(expiredDevice);
    }

    /** What the destination said when the limit broke there; empty if it broke here. */
    String expiredAtDestination() {
        return expiredAtDestination;
    }

    long latenessNanos() {
        return latenessNanos;
    }

    /**
     * From the decision against the commit to the vCPUs released; -1 if the guest never stopped.
     */
    long rollbackNanos() {
        long begin = decidedAt;
        long end = resumedAt;
        return begin == NEVER || end == NEVER ? NEVER : end - begin;
    }

    /** When it was decided that the stopped guest runs here again; -1 if it never was. */
    long decidedAt() {
        return decidedAt;
    }

    /** When the vCPUs were released after an abort; -1 if the guest never stopped. */
    long resumedAt() {
        return resumedAt;
    }

    /** The vCPUs are released: now. */
    void resumed() {
        resumedAt = clock.nanoTime();
    }

    /** Whether the guest is to run here again, whoever lets it. */
    boolean isGuestBack() {
        return switch (handover.state()) {
            case ROLLING_BACK, RETURNED, EXPIRED, CANCELLED, FAILED, RESUMED -> true;
            case ITERATING, STOPPED, COMMITTED, UNKNOWN, COMPLETED, GIVEN_UP -> false;
        };
    }

    private void decide(Event event, int attempt) {
        deciders.enter();
        try {
            long begin = clock.nanoTime();
            if (handover.fire(event, attempt) == Action.RESUME_GUEST) {
                decidedAt = begin;
                if (resumeGuest.getAsBoolean()) {
                    resumed();
                }
            }
            if (isAttemptOver()) {
                breakIn.run();
            }
        } finally {
            deciders.leave();
        }
    }
}
