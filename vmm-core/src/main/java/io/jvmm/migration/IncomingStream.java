package io.jvmm.migration;

import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.DestinationHandover.Event;
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
    private final ReturnPathWriter voice;
    private final NanoClock clock;
    private final DeviceDelay delay;
    private final BooleanSupplier ackWaits;
    private boolean ackGiven;
    private @Nullable SessionId session;
    private boolean hashesWanted;
    private long deadlineNanos = Long.MAX_VALUE;
    private long stoppedAt;

    IncomingStream(
            DestinationJudge judge,
            DeadlineWatch watch,
            ReturnPathWriter voice,
            NanoClock clock,
            DeviceDelays delays,
            BooleanSupplier ackWaits) {
        this.judge = judge;
        this.watch = watch;
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
        if (type == SectionType.END && stoppedAt == 0) {
            stoppedAt = clock.nanoTime();
        }
        watch.enter(SwitchoverPhase.SECTION_LOAD, name);
        if (type == SectionType.FULL) {
            delay.spend();
        }
    }

    @Override
    public void sectionLoaded(String name, int instance, SectionType type) {
        watch.enter(SwitchoverPhase.SOURCE_SILENT, "");
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
            watch.enter(SwitchoverPhase.DEVICE_LOAD, device.name());
            device.stop();
            judge.checkpoint();
        }
    }

    /** The session that the source opened, or null for a peer that is not ours. */
    @Nullable SessionId session() {
        return session;
    }

    /** How long this side has been loading since it knows that the source's guest is stopped. */
    long loadNanos() {
        return stoppedAt == 0 ? 0 : Math.max(0, clock.nanoTime() - stoppedAt);
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
