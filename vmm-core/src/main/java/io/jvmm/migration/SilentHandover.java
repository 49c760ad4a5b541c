package io.jvmm.migration;

import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.PhaseRecorder;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.StateSaver;
import io.jvmm.stream.wire.ReturnPathMessage;

/**
 * Hand-over without a return path: nothing is heard, so the first byte of the end of the stream is
 * the commit, and an error after it is never followed by a resume.
 */
final class SilentHandover implements HandoverProtocol {
    private final StateSaver saver;

    SilentHandover(StateSaver saver) {
        this.saver = saver;
    }

    @Override
    public String enforcement() {
        return "limit enforced until the end of the stream is sent (no return path)";
    }

    @Override
    public String peer() {
        return "not known (no return path)";
    }

    @Override
    public DestinationTimes times() {
        return DestinationTimes.NONE;
    }

    @Override
    public void announce(SwitchoverBudget budget, long downtimeNanos) {
        // Nobody proved to understand it.
    }

    @Override
    public void handOver(PhaseRecorder phases, SourceJudge judge, long deadlineNanos) {
        judge.commit(HandoverAttempt.FIRST, SwitchoverPhase.WIRE, deadlineNanos);
        phases.enter(SwitchoverPhase.HANDOVER);
        saver.finish();
        judge.started();
    }

    @Override
    public void abandon(SourceJudge judge) {}

    @Override
    public void rollBack() {
        throw new IllegalStateException("Nothing is heard without a return path.");
    }

    @Override
    public void nextAttempt() {
        throw new IllegalStateException("Nothing is heard without a return path.");
    }

    @Override
    public void done() {}

    @Override
    public void heard(ReturnPathMessage message, SourceJudge judge) {}
}
