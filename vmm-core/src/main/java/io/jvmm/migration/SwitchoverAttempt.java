package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.GcPauses;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerReport;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.migration.switchover.PhaseRecorder;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.SavePhases;
import io.jvmm.savevm.StateSaver;
import io.jvmm.stream.NanoClock;
import java.util.List;

/**
 * One switchover: stops the guest, moves what is left, hands the guest over. Runs on the migration
 * thread; however it ends, {@link SourceJudge#state()} says whose the guest is.
 *
 * <p>Between the stop and the outcome it allocates and logs nothing.
 */
final class SwitchoverAttempt {
    private final MigrationHost host;
    private final StateSaver saver;
    private final HandoverProtocol protocol;
    private final SourceJudge judge;
    private final DeadlineWatch watch;
    private final PhaseRecorder phases;
    private final WireShare wire;
    private final SavePhases iterables;
    private final SavePhases sections;
    private final SwitchoverDevices devices;
    private final NanoClock clock;
    private final GcPauses pauses = new GcPauses();
    private final int number;
    private final Admitted admitted;
    private final SwitchoverBudget budget;
    private long startNanos;
    private long endNanos;

    SwitchoverAttempt(
            MigrationHost host,
            OutgoingStream stream,
            SourceJudge judge,
            DeadlineWatch watch,
            SwitchoverDevices devices,
            NanoClock clock,
            Admitted admitted) {
        this.host = host;
        this.devices = devices;
        this.saver = stream.saver();
        this.protocol = stream.protocol();
        this.judge = judge;
        this.number = judge.attempt();
        this.admitted = admitted;
        this.budget = admitted.budget();
        this.watch = watch;
        this.clock = clock;
        this.phases = new PhaseRecorder(watch, clock, judge::checkpoint);
        this.wire = stream.wire();
        this.iterables = wire.within(SwitchoverPhase.RAM_FLUSH, phases.iterables());
        DeviceDelay delay =
                new DeviceDelay(
                        host.deviceDelays().saveMillis(),
                        clock,
                        judge.attemptOver(),
                        judge::checkpoint);
        this.sections =
                wire.within(SwitchoverPhase.DEVICE_SAVE, new SlowSave(phases.devices(), delay));
    }

    /**
     * Carries the attempt out; the outcome is the judge's state.
     *
     * @param stopped run when the guest has stopped; allocates nothing
     */
    void run(Runnable stopped) {
        boolean running = host.guestIsRunning();
        pauses.begin();
        wire.begin();
        startNanos = phases.begin();
        long deadline = Long.MAX_VALUE;
        if (running && budget.enforced()) {
            deadline = budget.deadline(startNanos);
            watch.enter(SwitchoverPhase.STOP_VCPUS, "");
            watch.arm(deadline);
        }
        try {
            stop();
            stopped.run();
            save(running);
            protocol.handOver(phases, judge, deadline);
        } catch (AttemptOverException _) {
            // Decided elsewhere.
        } catch (RuntimeException e) {
            judge.fail(Event.LINK_LOST, String.valueOf(e.getMessage()));
        } finally {
            bringBackDevices();
            endNanos = clock.nanoTime();
            phases.end();
            watch.disarm();
        }
    }

    /** The outcome was not known at the end, and is now. Migration thread. */
    void outcomeKnown() {
        endNanos = clock.nanoTime();
    }

    /** It is decided now; any thread, allocates nothing. */
    void decided() {
        phases.decided();
    }

    /** What it is in, for people; any thread. */
    String describeNow() {
        return phases.describeNow();
    }

    /** From before the stop to the outcome: the guest runs there, or here again. */
    long downtimeNanos() {
        return outcomeAt() - startNanos;
    }

    private long outcomeAt() {
        long resumed = judge.resumedAt();
        return judge.isAttemptOver() && resumed >= 0 ? resumed : endNanos;
    }

    /** Where the time went, at both sides. After the outcome. */
    SwitchoverInfo info() {
        long limit = budget.enforced() ? budget.limitNanos() : SwitchoverInfo.UNKNOWN;
        SwitchoverOutcome outcome = SwitchoverOutcome.of(judge.state());
        return new SwitchoverInfo(
                new SwitchoverInfo.Attempt(number, LedgerSide.SOURCE, protocol.peer()),
                outcome,
                new SwitchoverInfo.Enforcement(limit, protocol.enforcement(), watch.scheduling()),
                startNanos,
                downtimeNanos(),
                lines(limit),
                outcome == SwitchoverOutcome.EXPIRED ? abort() : null);
    }

    private List<LedgerLine> lines(long limit) {
        LedgerReport report = new LedgerReport(phases.lines(outcomeAt()));
        if (judge.decidedAt() >= startNanos) {
            report.aborted(judge.decidedAt() - startNanos);
        }
        DestinationTimes times = protocol.times();
        report.destination(times.load(), times.start());
        report.pauses(pauses.lines(LedgerSide.SOURCE));
        return report.lines(admitted.reserves(), budget.reserveNanos(), limit);
    }

    private SwitchoverInfo.Abort abort() {
        return new SwitchoverInfo.Abort(
                judge.expiredSide(),
                judge.isExpiredHere() ? judge.expiredIn() : phases.describeDecision(),
                judge.latenessNanos(),
                judge.rollbackNanos(),
                downtimeNanos());
    }

    private void stop() {
        judge.stopping();
        host.requestStop();
        if (judge.isAttemptOver()) {
            // The decision came between the two lines above, and its resume before our stop.
            host.resumeAfterAbort();
        }
        if (!host.awaitStopped()) {
            throw AttemptOverException.INSTANCE;
        }
    }

    /**
     * The guest is this side's, but its devices are stopped: they come first. Migration thread;
     * does nothing the second time.
     */
    void bringBackDevices() {
        if (devices.areMoved() && judge.isGuestBack() && devices.rollBack(phases)) {
            host.resumeAfterAbort();
            judge.resumed();
        }
    }

    private void save(boolean running) {
        announce();
        devices.quiesce(phases, running);
        phases.enter(SwitchoverPhase.DIRTY_SYNC);
        saver.finalSync();
        saver.completeIterables(iterables);
        announce();
        saver.saveDevices(sections);
    }

    private void announce() {
        phases.enter(SwitchoverPhase.ANNOUNCE);
        protocol.announce(budget, clock.nanoTime() - startNanos);
    }
}
