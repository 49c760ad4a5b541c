package io.jvmm.migration;

import io.jvmm.migration.ReturnPathReader.Answer;
import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.PhaseRecorder;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.StateSaver;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.VmCommand;

/**
 * Hand-over to a QEMU. It answers a PING only when all before it is loaded, so a PING behind the
 * last device section is its READY. It starts the guest at the first byte of EOF, so EOF and the
 * whole VM description, in one write, are its GO. Only SHUT 0 says that it started.
 *
 * <p>No private message is ever sent to it.
 */
final class QemuHandover implements HandoverProtocol {
    private static final int READY_COOKIE = 0x52445921;

    private final StateSaver saver;
    private final ReturnPathReader answers;

    QemuHandover(StateSaver saver, ReturnPathReader answers) {
        this.saver = saver;
        this.answers = answers;
    }

    @Override
    public String enforcement() {
        return "limit enforced until the destination has loaded (peer: QEMU)";
    }

    @Override
    public String peer() {
        return "QEMU";
    }

    @Override
    public DestinationTimes times() {
        return DestinationTimes.NONE;
    }

    @Override
    public void announce(SwitchoverBudget budget, long downtimeNanos) {
        // A QEMU fails on the command that says it.
    }

    @Override
    public void handOver(PhaseRecorder phases, SourceJudge judge, long deadlineNanos) {
        phases.enter(SwitchoverPhase.DESTINATION_LOAD);
        answers.takePong();
        saver.command(new VmCommand.Ping(READY_COOKIE));
        saver.flush();
        if (!answers.await(Answer.PONG, Long.MAX_VALUE, judge.attemptOver())) {
            throw AttemptOverException.INSTANCE;
        }
        judge.commit(HandoverAttempt.FIRST, SwitchoverPhase.DESTINATION_LOAD, deadlineNanos);
        phases.enter(SwitchoverPhase.HANDOVER);
        saver.finish();
        if (!answers.await(Answer.SHUT, Long.MAX_VALUE, judge.returned())) {
            judge.fail(Event.LINK_LOST, "the destination did not say that the guest started");
        }
    }

    /** A QEMU sees the end of the connection in mid-stream, which it takes as a failure. */
    @Override
    public void abandon(SourceJudge judge) {}

    @Override
    public void rollBack() {
        throw new IllegalStateException("A QEMU cannot forget an attempt.");
    }

    @Override
    public void nextAttempt() {
        throw new IllegalStateException("A QEMU knows one attempt.");
    }

    @Override
    public void done() {}

    @Override
    public void heard(ReturnPathMessage message, SourceJudge judge) {
        if (!(message instanceof ReturnPathMessage.Shut(int value))) {
            return;
        }
        if (value == 0) {
            judge.started();
        } else {
            judge.fail(Event.LINK_LOST, "the destination failed: shut=" + value);
        }
    }
}
