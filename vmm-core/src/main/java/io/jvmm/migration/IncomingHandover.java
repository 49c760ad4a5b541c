package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DestinationHandover.Action;
import io.jvmm.migration.switchover.DestinationHandover.Event;
import io.jvmm.migration.switchover.DestinationHandover.State;
import io.jvmm.migration.switchover.LoadRecorder;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.wire.BlockHash;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * The destination's last steps, once everything is loaded: READY, the wait for the source's word,
 * the start, STARTED. Incoming thread only.
 */
final class IncomingHandover {
    private static final System.Logger LOG = System.getLogger(IncomingHandover.class.getName());

    /** Told how far the hand-over is, on the incoming thread. */
    interface Progress {
        /** The guest has to wait for the source's word. */
        void prepared();

        /** The guest is this side's. */
        void started();
    }

    private final MigrationHost host;
    private final Progress progress;
    private final DestinationJudge judge;
    private final StreamReader reader;
    private final ReturnPathWriter voice;
    private final IncomingStream stream;
    private final NanoClock clock;

    IncomingHandover(
            MigrationHost host,
            Progress progress,
            DestinationJudge judge,
            StreamReader reader,
            ReturnPathWriter voice,
            IncomingStream stream,
            NanoClock clock) {
        this.host = host;
        this.progress = progress;
        this.judge = judge;
        this.reader = reader;
        this.voice = voice;
        this.stream = stream;
        this.clock = clock;
    }

    /** Takes the guest over, from a peer that is ours only on its word. */
    void finish() {
        SessionId session = stream.session();
        if (session == null) {
            obey();
            return;
        }
        ReturnPathMessage.Ready ready = ready(session);
        progress.prepared();
        voice.say(ready);
        awaitWord(session);
    }

    /** Tells the source that the guest will never run here. */
    void sayDropped() {
        try {
            SessionId session = stream.session();
            if (session != null) {
                voice.say(
                        new ReturnPathMessage.Dropped(
                                session,
                                HandoverSession.ATTEMPT,
                                judge.isExpired(),
                                judge.cause()));
            }
            voice.say(new ReturnPathMessage.Shut(1));
        } catch (StreamException _) {
            // The source is gone, and with it the one who would want to know.
        }
    }

    /** A peer that does not know the protocol gave its order with the end of its stream. */
    private void obey() {
        if (judge.decide(Event.GO) == Action.START_GUEST) {
            startGuest();
            voice.say(new ReturnPathMessage.Shut(0));
        }
    }

    /**
     * Starts the guest. Done before the source hears of it, so that whoever hears of it from the
     * source finds the migration completed here too.
     *
     * @throws AttemptOverException if it could not be started: no vCPU was entered
     */
    private boolean startGuest() {
        boolean running;
        try {
            running = host.startLoadedGuest(stream.phases());
            stream.phases().end();
        } catch (RuntimeException e) {
            judge.giveUp(Event.START_FAILED, "the guest could not be started: " + e.getMessage());
            throw AttemptOverException.INSTANCE;
        }
        judge.decide(Event.STARTED);
        progress.started();
        return running;
    }

    private ReturnPathMessage.Ready ready(SessionId session) {
        LoadRecorder phases = stream.phases();
        List<BlockHash> hashes = List.of();
        if (stream.hashesWanted()) {
            phases.enter(SwitchoverPhase.RAM_HASH, "");
            hashes = RamComparison.hash(host.ram());
        }
        return new ReturnPathMessage.Ready(
                session, HandoverSession.ATTEMPT, phases.prepared(), hashes, phases.load());
    }

    /** Only GO starts the guest. A word from another session is not heard. */
    private void awaitWord(SessionId session) {
        while (judge.state() == State.PREPARED) {
            switch (nextCommand()) {
                case VmCommand.Go(SessionId id, int attempt) when matches(session, id, attempt) ->
                        start(session);
                case VmCommand.Abort(SessionId id, int attempt)
                        when matches(session, id, attempt) ->
                        judge.giveUp(Event.ABORT, "the source aborted the migration");
                case VmCommand.Ping ping -> voice.pong(ping);
                default -> LOG.log(Level.WARNING, "A command was ignored while prepared.");
            }
        }
    }

    private VmCommand nextCommand() {
        if (Frame.decode(reader) instanceof Frame.Command(VmCommand command)) {
            return command;
        }
        throw new MigrationException(
                "The source sent something else than a command after the end of its stream.");
    }

    private void start(SessionId session) {
        if (judge.decide(Event.GO) != Action.START_GUEST) {
            return;
        }
        long begin = clock.nanoTime();
        boolean running = startGuest();
        long startNanos = clock.nanoTime() - begin;
        voice.say(
                new ReturnPathMessage.Started(
                        session,
                        HandoverSession.ATTEMPT,
                        running,
                        startNanos,
                        stream.phases().start()));
        voice.say(new ReturnPathMessage.Shut(0));
    }

    private static boolean matches(SessionId session, SessionId id, int attempt) {
        return session.equals(id) && attempt == HandoverSession.ATTEMPT;
    }
}
