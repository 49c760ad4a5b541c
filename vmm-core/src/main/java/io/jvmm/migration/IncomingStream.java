package io.jvmm.migration;

import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.DestinationHandover.State;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.migration.switchover.LedgerSum;
import io.jvmm.migration.switchover.LoadRecorder;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.LoadListener;
import io.jvmm.savevm.VmChangeStateHandler;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the commands inside a stream that is being loaded, and watches the source's limit while
 * it loads. Incoming thread only.
 */
final class IncomingStream implements LoadListener, AutoCloseable {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final DestinationJudge judge;
    private final IncomingHandover handover;
    private final DeadlineWatch watch;
    private final LoadRecorder phases;
    private final ReturnPathWriter voice;
    private final NanoClock clock;
    private final DeviceDelay delay;
    private final BooleanSupplier ackWaits;
    private @Nullable Heartbeat heartbeat;
    private int attempt = HandoverAttempt.FIRST;
    private boolean ackGiven;
    private boolean expiredSaid;
    private long deadlineNanos = Long.MAX_VALUE;

    IncomingStream(
            DestinationJudge judge,
            IncomingHandover handover,
            DeadlineWatch watch,
            ReturnPathWriter voice,
            NanoClock clock,
            DeviceDelays delays,
            BooleanSupplier ackWaits) {
        this.judge = judge;
        this.handover = handover;
        this.watch = watch;
        this.phases = new LoadRecorder(watch, clock);
        this.voice = voice;
        this.clock = clock;
        this.delay =
                new DeviceDelay(
                        delays.loadMillis(), clock, judge::isAttemptOver, judge::checkpoint);
        this.ackWaits = ackWaits;
    }

    @Override
    public void command(VmCommand command) {
        switch (command) {
            case VmCommand.OpenReturnPath _ -> {
                voice.open();
                acknowledge();
            }
            case VmCommand.Ping ping -> answer(ping);
            case VmCommand.SwitchoverStart _ -> {}
            case VmCommand.SendSourceDowntime(long limit, long downtime) -> {
                beat();
                enforce(limit, downtime);
            }
            case VmCommand.Session begin -> handover.begin(begin);
            case VmCommand.Handover word -> handover.hear(word, voice);
        }
        checkpoint();
    }

    @Override
    public void sectionLoading(String name, int instance, SectionType type) {
        if (type == SectionType.END && !phases.isBegun()) {
            phases.begin();
            beat();
        }
        phases.enter(SwitchoverPhase.SECTION_LOAD, name);
        if (type == SectionType.FULL) {
            delay.spend();
        }
    }

    @Override
    public void sectionLoaded(String name, int instance, SectionType type) {
        phases.enter(SwitchoverPhase.SOURCE_SILENT, "");
        checkpoint();
        if (type == SectionType.PART) {
            acknowledge();
        }
    }

    @Override
    public void endOfStream() {
        checkpoint();
    }

    /**
     * Has every device take what was loaded into it: one that finds it wrong says so here, before
     * the source is told that this side is ready.
     */
    void loadIntoDevices(List<? extends VmChangeStateHandler> devices) {
        for (VmChangeStateHandler device : devices) {
            if (judge.isAttemptOver()) {
                return;
            }
            phases.enter(SwitchoverPhase.DEVICE_LOAD, device.name());
            device.stop();
            checkpoint();
        }
    }

    /** What this side's time goes into since it knows that the source's guest is stopped. */
    LoadRecorder phases() {
        return phases;
    }

    /** What is known about the attempt when it is over. */
    SwitchoverInfo info() {
        SwitchoverOutcome outcome = SwitchoverOutcome.of(judge.state(), judge.isExpired());
        List<LedgerLine> lines = phases.lines();
        long total = 0;
        for (LedgerLine line : lines) {
            total += line.sum() == LedgerSum.TOTAL ? line.spentNanos() : 0;
        }
        return new SwitchoverInfo(
                new SwitchoverInfo.Attempt(
                        attempt,
                        LedgerSide.DESTINATION,
                        handover.session() == null ? "not known" : "jvmm"),
                outcome,
                new SwitchoverInfo.Enforcement(
                        judge.limitNanos(),
                        "limit enforced until everything is loaded, if the source named one",
                        watch.scheduling()),
                phases.originNanos(),
                total,
                lines,
                judge.isExpired() ? abort(total) : null);
    }

    private SwitchoverInfo.Abort abort(long total) {
        return new SwitchoverInfo.Abort(
                LedgerSide.DESTINATION.label(),
                judge.expiredIn(),
                judge.latenessNanos(),
                SwitchoverInfo.UNKNOWN,
                total);
    }

    /** Another attempt begins. */
    void beginAttempt() {
        watch.disarm();
        ackGiven = false;
        expiredSaid = false;
        deadlineNanos = Long.MAX_VALUE;
        phases.forget();
        attempt = judge.attempt();
        Heartbeat current = heartbeat;
        if (current != null) {
            current.attempt(judge.attempt());
        }
    }

    @Override
    public void close() {
        Heartbeat current = heartbeat;
        if (current != null) {
            current.close();
        }
    }

    private void checkpoint() {
        judge.checkpoint();
        sayIfExpired();
    }

    /** Once: the limit was exceeded here, and the source's ABORT is awaited. */
    void sayIfExpired() {
        SessionId session = handover.session();
        if (judge.state() == State.EXPIRED && !expiredSaid && session != null) {
            expiredSaid = true;
            voice.say(new HandoverMessage.Expired(session, judge.attempt(), judge.cause()));
        }
    }

    private void beat() {
        SessionId session = handover.session();
        if (heartbeat == null && session != null && voice.isOpen()) {
            heartbeat = new Heartbeat(voice, session, judge.attempt());
        }
    }

    /** Agrees to the stop, once, when nothing that has to come before it is missing. */
    private void acknowledge() {
        if (!ackGiven && voice.isOpen() && !ackWaits.getAsBoolean()) {
            ackGiven = true;
            voice.say(new ReturnPathMessage.SwitchoverAck());
        }
    }

    private void answer(VmCommand.Ping ping) {
        if (!voice.isOpen()) {
            throw new MigrationException(
                    "A ping came before the return path was opened: cookie=" + ping.cookie());
        }
        voice.pong(ping);
    }

    /** Takes the earliest deadline that any message implies. */
    private void enforce(long limitMillis, long downtimeMillis) {
        judge.limit(limitMillis);
        long leftMillis = Math.max(0, limitMillis - downtimeMillis);
        long implied = clock.nanoTime() + leftMillis * NANOS_PER_MILLI;
        if (implied < deadlineNanos) {
            deadlineNanos = implied;
            watch.arm(implied);
        }
    }
}
