package io.jvmm.migration;

import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.DestinationHandover.Event;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.migration.switchover.LedgerSum;
import io.jvmm.migration.switchover.LoadRecorder;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.LoadListener;
import io.jvmm.savevm.VmChangeStateHandler;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the commands inside a stream that is being loaded, and watches the source's limit while
 * it loads. Incoming thread only.
 */
final class IncomingStream implements LoadListener {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final DestinationJudge judge;
    private final DeadlineWatch watch;
    private final LoadRecorder phases;
    private final ReturnPathWriter voice;
    private final NanoClock clock;
    private final DeviceDelay delay;
    private final BooleanSupplier ackWaits;
    private boolean ackGiven;
    private @Nullable SessionId session;
    private boolean hashesWanted;
    private long deadlineNanos = Long.MAX_VALUE;

    IncomingStream(
            DestinationJudge judge,
            DeadlineWatch watch,
            ReturnPathWriter voice,
            NanoClock clock,
            DeviceDelays delays,
            BooleanSupplier ackWaits) {
        this.judge = judge;
        this.watch = watch;
        this.phases = new LoadRecorder(watch, clock);
        this.voice = voice;
        this.clock = clock;
        this.delay = new DeviceDelay(delays.loadMillis(), clock, judge::checkpoint);
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
            case VmCommand.SwitchoverStart _, VmCommand.Query _, VmCommand.Done _ -> {}
            case VmCommand.SendSourceDowntime(long limit, long downtime) ->
                    enforce(limit, downtime);
            case VmCommand.Session begin -> begin(begin);
            case VmCommand.Go _ ->
                    throw new MigrationException(
                            "A start order came before everything was loaded.");
            case VmCommand.Abort abort -> {
                if (Objects.equals(abort.id(), session)) {
                    judge.giveUp(Event.ABORT, "the source aborted the migration");
                }
            }
        }
        judge.checkpoint();
    }

    @Override
    public void sectionLoading(String name, int instance, SectionType type) {
        if (type == SectionType.END && !phases.isBegun()) {
            phases.begin();
        }
        phases.enter(SwitchoverPhase.SECTION_LOAD, name);
        if (type == SectionType.FULL) {
            delay.spend();
        }
    }

    @Override
    public void sectionLoaded(String name, int instance, SectionType type) {
        phases.enter(SwitchoverPhase.SOURCE_SILENT, "");
        judge.checkpoint();
        if (type == SectionType.PART) {
            acknowledge();
        }
    }

    @Override
    public void endOfStream() {
        judge.checkpoint();
    }

    /**
     * Has every device take what was loaded into it: one that finds it wrong says so here, before
     * the source is told that this side is ready.
     */
    void loadIntoDevices(List<? extends VmChangeStateHandler> devices) {
        for (VmChangeStateHandler device : devices) {
            phases.enter(SwitchoverPhase.DEVICE_LOAD, device.name());
            device.stop();
            judge.checkpoint();
        }
    }

    /** The session that the source opened, or null for a peer that is not ours. */
    @Nullable SessionId session() {
        return session;
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
                        HandoverSession.ATTEMPT,
                        LedgerSide.DESTINATION,
                        session == null ? "not known" : "jvmm"),
                outcome,
                new SwitchoverInfo.Enforcement(
                        judge.limitNanos(),
                        "limit enforced until everything is loaded, if the source named one",
                        watch.scheduling()),
                phases.originNanos(),
                total,
                lines,
                outcome == SwitchoverOutcome.EXPIRED ? abort(total) : null);
    }

    private SwitchoverInfo.Abort abort(long total) {
        return new SwitchoverInfo.Abort(
                LedgerSide.DESTINATION.label(),
                judge.expiredIn(),
                judge.latenessNanos(),
                SwitchoverInfo.UNKNOWN,
                total);
    }

    boolean hashesWanted() {
        return hashesWanted;
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

    private void begin(VmCommand.Session begin) {
        if (session != null) {
            throw new MigrationException("A second session was opened.");
        }
        session = begin.id();
        hashesWanted = (begin.flags() & VmCommand.Session.SEND_RAM_HASHES) != 0;
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
