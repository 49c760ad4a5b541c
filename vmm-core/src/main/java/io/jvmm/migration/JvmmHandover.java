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
import io.jvmm.stream.wire.ReturnPathMessage;
import java.util.List;

/**
 * Two-phase commit with a peer that is ours.
 *
 * <pre>
 *   … EOF, vmdesc ──►
 *                 ◄── READY      everything is loaded, nothing is started
 *   commit: GO    ──►
 *                 ◄── STARTED    or DROPPED: given up for good
 * </pre>
 */
final class JvmmHandover implements HandoverProtocol {
    /** How long the destination may take to start before its answer counts as lost. */
    private static final long ANSWER_NANOS = 10_000_000_000L;

    private final StreamWriter writer;
    private final StateSaver saver;
    private final ReturnPathReader answers;
    private final NanoClock clock;
    private final HandoverSession session;
    private final RamComparison comparison;
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
        ReturnPathMessage.Ready ready = answers.ready();
        ReturnPathMessage.Started started = answers.started();
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
        if (!answers.await(Answer.READY, Long.MAX_VALUE, judge.aborted())) {
            throw AttemptOverException.INSTANCE;
        }
        comparison.check(answers.ready());
        judge.commit(SwitchoverPhase.DESTINATION_LOAD, deadlineNanos);
        phases.enter(SwitchoverPhase.HANDOVER);
        saver.command(session.go());
        saver.flush();
        if (!answers.await(Answer.STARTED, clock.nanoTime() + ANSWER_NANOS, judge.returned())) {
            judge.fail(Event.LINK_LOST, "the destination did not say that the guest started");
        }
    }

    /** Behind the whole stream the destination may be prepared, and waits for GO or ABORT. */
    @Override
    public void abandon() {
        if (!streamEnded) {
            return;
        }
        try {
            saver.command(session.abort());
            saver.flush();
        } catch (StreamException _) {
            // The link is gone: a prepared destination stays prepared, and never starts by itself.
        }
    }

    @Override
    public void heard(ReturnPathMessage message, SourceJudge judge) {
        switch (message) {
            case ReturnPathMessage.Started _ -> judge.started();
            case ReturnPathMessage.Dropped dropped ->
                    judge.dropped(dropped.expired(), dropped.cause());
            case ReturnPathMessage.Shut shut when shut.value() != 0 ->
                    judge.fail(Event.FAIL, "the destination failed: shut=" + shut.value());
            default -> {}
        }
    }
}
