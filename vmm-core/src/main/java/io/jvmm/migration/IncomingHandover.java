package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DestinationHandover.Action;
import io.jvmm.migration.switchover.DestinationHandover.Event;
import io.jvmm.migration.switchover.LoadRecorder;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.wire.BlockHash;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The destination's part of the conversation about who runs the guest: obeys the source's words,
 * over whatever connection they come, and answers over the same one.
 *
 * <p>Words over the migration's own connection are heard on the incoming thread, others on threads
 * of their own: whoever moves the hand-over carries out what follows.
 */
final class IncomingHandover {
    /** Told how far the hand-over is, by whichever thread moved it. */
    interface Progress {
        /** The guest has to wait for the source's word. */
        void prepared();

        /** The guest is this side's. */
        void started();

        /** The attempt is forgotten but for the RAM. Incoming thread. */
        void rolledBack();

        /** The source knows the outcome. */
        void acknowledged();
    }

    private final MigrationHost host;
    private final Progress progress;
    private final DestinationJudge judge;
    private final NanoClock clock;
    private volatile @Nullable SessionId session;
    private volatile boolean hashesWanted;
    private volatile @Nullable LoadRecorder phases;
    private volatile HandoverMessage.@Nullable Ready ready;
    private volatile HandoverMessage.@Nullable Started started;

    IncomingHandover(
            MigrationHost host, Progress progress, DestinationJudge judge, NanoClock clock) {
        this.host = host;
        this.progress = progress;
        this.judge = judge;
        this.clock = clock;
    }

    /** The source is ours: from here on only words of this session count. */
    void begin(VmCommand.Session begin) {
        if (session != null) {
            throw new MigrationException("A second session was opened.");
        }
        session = begin.id();
        hashesWanted = (begin.flags() & VmCommand.Session.SEND_RAM_HASHES) != 0;
        if ((begin.flags() & VmCommand.Session.MAY_RETRY) != 0) {
            judge.allowRetries();
        }
    }

    /** The session that the source opened, or null for a peer that is not ours. */
    @Nullable SessionId session() {
        return session;
    }

    /**
     * Everything is loaded: says so, or, to a peer that does not know the protocol, obeys the order
     * that the end of its stream is. Incoming thread.
     */
    void loaded(ReturnPathWriter voice, LoadRecorder recorder) {
        phases = recorder;
        SessionId id = session;
        if (id == null) {
            if (judge.decide(Event.LOADED) == Action.SEND_READY
                    && judge.decide(Event.GO) == Action.START_GUEST) {
                startGuest();
                voice.say(new ReturnPathMessage.Shut(0));
            }
            return;
        }
        List<BlockHash> hashes = List.of();
        if (hashesWanted) {
            recorder.enter(SwitchoverPhase.RAM_HASH, "");
            hashes = RamComparison.hash(host.ram());
        }
        HandoverMessage.Ready word =
                new HandoverMessage.Ready(
                        id, judge.attempt(), recorder.prepared(), hashes, recorder.load());
        ready = word;
        if (judge.decide(Event.LOADED) == Action.SEND_READY) {
            progress.prepared();
            voice.say(word);
        }
    }

    /** Obeys and answers a word over the migration's own connection. Incoming thread. */
    void hear(VmCommand.Handover word, ReturnPathWriter voice) {
        if (!Objects.equals(word.id(), session)) {
            return;
        }
        Action action = decide(word, Event.ABORT);
        switch (action) {
            // Said when the incoming thread ends, with the reason.
            case SEND_DROPPED -> throw AttemptOverException.INSTANCE;
            case START_GUEST -> {
                start(voice);
                voice.say(new ReturnPathMessage.Shut(0));
            }
            default -> carryOut(action, word, voice);
        }
    }

    /** Obeys and answers a word over a connection of its own. */
    void hearInquiry(VmCommand.Handover word, ReturnPathWriter voice) {
        if (!Objects.equals(word.id(), session)) {
            voice.say(new HandoverMessage.NoSuchSession(word.id(), word.attempt()));
            return;
        }
        try {
            carryOut(decide(word, Event.ABORT_FOR_GOOD), word, voice);
        } catch (AttemptOverException _) {
            voice.say(dropped(word.id(), word.attempt()));
        }
    }

    /** The operator's word that the source is dead; false if the guest does not wait for one. */
    boolean run() {
        if (judge.decide(Event.RUN) != Action.START_GUEST) {
            return false;
        }
        startGuest();
        return true;
    }

    /** Tells the source that the guest will never run here. */
    void sayDropped(ReturnPathWriter voice) {
        try {
            SessionId id = session;
            if (id != null) {
                voice.say(dropped(id, judge.attempt()));
            }
            voice.say(new ReturnPathMessage.Shut(1));
        } catch (StreamException _) {
            // The source is gone, or will ask over a new connection.
        }
    }

    private Action decide(VmCommand.Handover word, Event abort) {
        return switch (word) {
            case VmCommand.Go go -> {
                Action action = judge.decide(Event.GO, go.attempt());
                if (action == Action.SEND_DROPPED) {
                    judge.explain("a start order came before everything was loaded");
                }
                yield action;
            }
            case VmCommand.Query query -> judge.decide(Event.QUERY, query.attempt());
            case VmCommand.Abort over ->
                    judge.giveUp(abort, over.attempt(), "the source aborted the migration");
            case VmCommand.Done _ -> {
                progress.acknowledged();
                yield Action.NONE;
            }
        };
    }

    private void carryOut(Action action, VmCommand.Handover word, ReturnPathWriter voice) {
        switch (action) {
            case NONE, SEND_EXPIRED -> {}
            case SEND_READY -> say(voice, ready);
            case START_GUEST -> start(voice);
            case SEND_STARTED -> say(voice, started);
            case SEND_DROPPED -> voice.say(dropped(word.id(), word.attempt()));
            case SEND_ROLLED_BACK -> {
                progress.rolledBack();
                voice.say(new HandoverMessage.RolledBack(word.id(), word.attempt()));
            }
        }
    }

    /**
     * A guest that has just been started may not have been spoken of yet: the source asks again.
     */
    private static void say(ReturnPathWriter voice, @Nullable ReturnPathMessage message) {
        if (message != null) {
            voice.say(message);
        }
    }

    private void start(ReturnPathWriter voice) {
        startGuest();
        say(voice, started);
    }

    /**
     * Starts the guest. Done before the source hears of it, so that whoever hears of it from the
     * source finds the migration completed here too.
     *
     * @throws AttemptOverException if it could not be started: no vCPU was entered
     */
    private void startGuest() {
        long begin = clock.nanoTime();
        boolean running;
        try {
            running = host.startLoadedGuest(loadRecorder());
            loadRecorder().end();
        } catch (RuntimeException e) {
            judge.giveUp(Event.START_FAILED, "the guest could not be started: " + e.getMessage());
            throw AttemptOverException.INSTANCE;
        }
        started = startedWord(running, clock.nanoTime() - begin);
        judge.decide(Event.STARTED);
        progress.started();
    }

    private HandoverMessage.@Nullable Started startedWord(boolean running, long nanos) {
        SessionId id = session;
        return id == null
                ? null
                : new HandoverMessage.Started(
                        id, judge.attempt(), running, nanos, loadRecorder().start());
    }

    private LoadRecorder loadRecorder() {
        return Objects.requireNonNull(phases, "loaded");
    }

    private HandoverMessage.Dropped dropped(SessionId id, int attempt) {
        return new HandoverMessage.Dropped(id, attempt, judge.isExpired(), judge.cause());
    }
}
