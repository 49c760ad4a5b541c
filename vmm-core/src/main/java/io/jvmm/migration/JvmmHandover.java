package io.jvmm.migration;

import io.jvmm.migration.ReturnPathReader.Answer;
import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.PhaseRecorder;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.StateSaver;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.VmCommand;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Two-phase commit with a peer that is ours.
 *
 * <pre>
 *   … EOF, vmdesc ──►
 *                 ◄── READY         everything is loaded, nothing is started
 *   commit: GO    ──►
 *                 ◄── STARTED       or DROPPED: given up for good
 *   or: ABORT     ──►
 *                 ◄── ROLLED_BACK   forgotten but for the RAM; another attempt follows
 * </pre>
 */
final class JvmmHandover implements HandoverProtocol {
    /** How long the destination may take to start before its answer counts as lost. */
    private static final long ANSWER_NANOS = 10_000_000_000L;

    /** How long nothing may be heard after the commit of a destination that says it is alive. */
    private static final long SILENCE_NANOS = 500_000_000L;

    /** How long an ABORT that was sent may stay without its answer. */
    private static final long DROPPED_NANOS = 200_000_000L;

    private final StreamWriter writer;
    private final StateSaver saver;
    private final ReturnPathReader answers;
    private final NanoClock clock;
    private final RamComparison comparison;
    private volatile HandoverSession session;
    private boolean streamEnded;

    JvmmHandover(
            StreamWriter writer,
            StateSaver saver,
            ReturnPathReader answers,
            NanoClock clock,
            HandoverSession session,
            RamComparison comparison) {
        this.writer = writer;
        this.saver = saver;
        this.answers = answers;
        this.clock = clock;
        this.session = session;
        this.comparison = comparison;
    }

    /** The session in the attempt that is under way. Any thread. */
    HandoverSession session() {
        return session;
    }

    @Override
    public String enforcement() {
        return "limit enforced until the commit (peer: jvmm)";
    }

    @Override
    public String peer() {
        return "jvmm";
    }

    @Override
    public DestinationTimes times() {
        HandoverMessage.Ready ready = answers.ready();
        HandoverMessage.Started started = answers.started();
        return new DestinationTimes(
                ready == null ? List.of() : ready.phases(),
                started == null ? List.of() : started.phases());
    }

    @Override
    public void announce(SwitchoverBudget budget, long downtimeNanos) {
        if (budget.enforced()) {
            session.putDowntime(writer, budget, downtimeNanos);
            writer.flush();
        }
    }

    @Override
    public void handOver(PhaseRecorder phases, SourceJudge judge, long deadlineNanos) {
        phases.enter(SwitchoverPhase.WIRE);
        saver.finish();
        streamEnded = true;
        phases.enter(SwitchoverPhase.DESTINATION_LOAD);
        comparison.hashOwn();
        if (!answers.await(Answer.READY, Long.MAX_VALUE, judge.attemptOver())) {
            throw AttemptOverException.INSTANCE;
        }
        comparison.check(answers.ready());
        judge.commit(session.attempt(), SwitchoverPhase.DESTINATION_LOAD, deadlineNanos);
        phases.enter(SwitchoverPhase.HANDOVER);
        saver.command(session.go());
        saver.flush();
        awaitStarted(judge);
    }

    private void awaitStarted(SourceJudge judge) {
        long giveUp = clock.nanoTime() + ANSWER_NANOS;
        boolean started = false;
        long silence = 0;
        while (!started && silence <= SILENCE_NANOS && !judge.returned().getAsBoolean()) {
            long now = clock.nanoTime();
            if (now >= giveUp) {
                break;
            }
            long next = Math.min(giveUp, now + SILENCE_NANOS - silence);
            started = answers.await(Answer.STARTED, next, judge.returned());
            silence = answers.silenceNanos();
        }
        if (!started) {
            judge.fail(Event.LINK_LOST, "the destination did not say that the guest started");
        }
    }

    /** Behind the whole stream the destination may be prepared, and waits for GO or ABORT. */
    @Override
    public void abandon(SourceJudge judge) {
        if (streamEnded && say(session.abort())) {
            awaitDropped(judge);
        }
    }

    private void awaitDropped(SourceJudge judge) {
        long deadline = clock.nanoTime() + DROPPED_NANOS;
        while (!judge.isDestinationGone() && !answers.isEnded() && clock.nanoTime() < deadline) {
            LockSupport.parkNanos(this, deadline - clock.nanoTime());
        }
    }

    @Override
    public void rollBack() {
        saver.command(session.abort());
        saver.flush();
    }

    @Override
    public void nextAttempt() {
        streamEnded = false;
        session = session.next();
        answers.expectAttempt(session.attempt());
    }

    @Override
    public void done() {
        say(session.done());
    }

    /** False if the link is gone. */
    private boolean say(VmCommand command) {
        try {
            saver.command(command);
            saver.flush();
            return true;
        } catch (StreamException _) {
            return false;
        }
    }

    @Override
    public void heard(ReturnPathMessage message, SourceJudge judge) {
        switch (message) {
            case HandoverMessage word -> judge.heard(word);
            case ReturnPathMessage.Shut shut when shut.value() != 0 ->
                    judge.fail(Event.FAIL, "the destination failed: shut=" + shut.value());
            default -> {}
        }
    }
}
