package io.jvmm.migration;

import io.jvmm.migration.switchover.PhaseRecorder;
import io.jvmm.stream.wire.ReturnPathMessage;

/**
 * The last steps of a switchover towards one kind of peer: what tells that it has loaded
 * everything, what orders it to start, and what says that it did.
 */
interface HandoverProtocol {
    /** Until when a limit is enforced towards this peer, for people. */
    String enforcement();

    /** Who is at the other end, for people. */
    String peer();

    /** What the destination has said so far about its own time in this attempt. */
    DestinationTimes times();

    /**
     * Tells the destination how much of the limit is spent, if it understands that.
     *
     * @param budget the limit
     * @param downtimeNanos the downtime so far, as this side measures it
     */
    void announce(SwitchoverBudget budget, long downtimeNanos);

    /**
     * Ends the stream, waits until the destination is ready, commits, orders the start, and waits
     * for the answer.
     *
     * @param phases told of each step
     * @param judge decides for the commit
     * @param deadlineNanos until when a commit is allowed
     */
    void handOver(PhaseRecorder phases, SourceJudge judge, long deadlineNanos);

    /**
     * The migration was aborted: says so to a destination that may have loaded everything.
     *
     * @param judge knows whether it has answered
     */
    void abandon(SourceJudge judge);

    /**
     * The attempt was aborted and the stream is in good form: has the destination forget it.
     *
     * @throws io.jvmm.stream.StreamException if the connection is gone
     */
    void rollBack();

    /** The destination has forgotten the attempt: from now on the next one is spoken of. */
    void nextAttempt();

    /** The outcome is known: the destination need not listen for questions any more. */
    void done();

    /**
     * The destination said something. On the return-path thread.
     *
     * @param message what
     * @param judge told if it decides anything
     */
    void heard(ReturnPathMessage message, SourceJudge judge);
}
