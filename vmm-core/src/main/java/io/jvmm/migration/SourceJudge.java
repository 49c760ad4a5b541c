package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.migration.switchover.SourceHandover.Action;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
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

    private final SourceHandover handover = new SourceHandover(1);
    private final BooleanSupplier resumeGuest;
    private final NanoClock clock;
    private final Runnable breakIn;
    private final BooleanSupplier aborted = this::isAborted;
    private final BooleanSupplier returned = this::isReturned;
    private volatile String failure = "";
    private volatile String expiredAtDestination = "";
    private volatile SwitchoverPhase expiredPhase = SwitchoverPhase.STOP_VCPUS;
    private volatile String expiredDevice = "";
    private volatile long latenessNanos = NEVER;
    private volatile long decidedAt = NEVER;
    private volatile long resumedAt = NEVER;

    /**
     * Creates the judge of one migration.
     *
     * @param resumeGuest lets the guest run again, or says that the migration thread has to bring
     *     its devices back first, which {@link #resumed} ends; any thread, allocates nothing
     * @param clock the time
     * @param breakIn ends whatever the migration thread is blocked in; any thread, may run twice
     */
    SourceJudge(BooleanSupplier resumeGuest, NanoClock clock, Runnable breakIn) {
        this.resumeGuest = resumeGuest;
        this.clock = clock;
        this.breakIn = breakIn;
    }

    SourceHandover.State state() {
        return handover.state();
    }

    boolean isAborted() {
        return handover.state().isAborted();
    }

    /** Whether an answer need not be waited for any more: given back, or lost. */
    boolean isReturned() {
        return switch (handover.state()) {
            case RETURNED, UNKNOWN -> true;
            default -> false;
        };
    }

    /** {@link #isAborted}, made once: asking for it allocates nothing. */
    BooleanSupplier aborted() {
        return aborted;
    }

    /** {@link #isReturned}, made once. */
    BooleanSupplier returned() {
        return returned;
    }

    /** Throws on the migration thread once the attempt must not go on. */
    void checkpoint() {
        if (isAborted()) {
            throw AttemptOverException.INSTANCE;
        }
    }

    /** The guest is about to be stopped; throws if the migration was cancelled before. */
    void stopping() {
        handover.fire(Event.STOP);
        checkpoint();
    }

    void cancel() {
        decide(Event.CANCEL);
    }

    /** An error before the commit aborts; after it only the link counts as lost. */
    void fail(Event event, String why) {
        if (failure.isEmpty()) {
            failure = why;
        }
        decide(event);
    }

    /** The destination gave the guest up; for the limit, if {@code expired}. */
    void dropped(boolean expired, String cause) {
        if (expired) {
            expiredAtDestination = cause;
        }
        fail(
                expired ? Event.DROPPED_EXPIRED : Event.DROPPED,
                "the destination gave the guest up: " + cause);
    }

    void started() {
        decide(Event.STARTED);
    }

    @Override
    public void expired(SwitchoverPhase phase, String device, long latenessNanos) {
        if (handover.state() != SourceHandover.State.STOPPED) {
            return;
        }
        expiredPhase = phase;
        expiredDevice = device;
        this.latenessNanos = latenessNanos;
        decide(Event.EXPIRE);
    }

    /**
     * The destination is ready: decides for the commit, or throws if another decision came first.
     *
     * @param deadlineNanos the watch's deadline; looked at once more here, in case a stalled
     *     process let it pass unseen
     */
    void commit(SwitchoverPhase phase, long deadlineNanos) {
        long late = clock.nanoTime() - deadlineNanos;
        if (late >= 0) {
            expired(phase, "", late);
        }
        if (handover.fire(Event.READY) != Action.SEND_GO) {
            throw AttemptOverException.INSTANCE;
        }
    }

    /** Why the attempt failed; empty if it did not. */
    String failure() {
        return failure;
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
        return isAborted() || handover.state() == SourceHandover.State.RETURNED;
    }

    private void decide(Event event) {
        long begin = clock.nanoTime();
        if (handover.fire(event) == Action.RESUME_GUEST) {
            decidedAt = begin;
            if (resumeGuest.getAsBoolean()) {
                resumed();
            }
        }
        if (isAborted()) {
            breakIn.run();
        }
    }
}
