package io.jvmm.migration;

import io.jvmm.migration.ReturnPathReader.Answer;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.StateSaver;
import io.jvmm.savevm.ram.RamCounters;
import io.jvmm.savevm.ram.RamHandlers;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.channel.Channel;
import io.jvmm.stream.wire.PeerKind;
import io.jvmm.stream.wire.PeerProbe;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.VmCommand;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The connected stream of an outgoing migration: what is saved, what is heard, and which protocol
 * the peer understands. Migration thread, but for what the return path hears.
 */
final class OutgoingStream implements ReturnPathReader.Listener, SourceProgress, AutoCloseable {
    private static final int OPENING_COOKIE = 1;
    private static final long PROBE_NANOS = 5_000_000_000L;

    private final MigrationHost host;
    private final MigrationCapabilities capabilities;
    private final SourceJudge judge;
    private final NanoClock clock;
    private final RateLimit rate;
    private final RamHandlers ram;
    private final SaveVmRegistry registry = new SaveVmRegistry();
    private final StreamWriter writer;
    private final StateSaver saver;
    private final ReturnPathReader answers;
    private final Bandwidth bandwidth;
    private final WireShare wire;
    private final String peer;
    private volatile HandoverProtocol protocol;
    private volatile @Nullable JvmmHandover ours;
    private volatile @Nullable RoundConfirmations confirmations;

    /**
     * Takes a connection.
     *
     * @param goesOn whether a write that was interrupted is to go on; on the migration thread
     */
    OutgoingStream(
            MigrationHost host,
            MigrationCapabilities capabilities,
            SourceJudge judge,
            NanoClock clock,
            Channel channel,
            BooleanSupplier goesOn) {
        this.host = host;
        this.capabilities = capabilities;
        this.judge = judge;
        this.clock = clock;
        rate = new RateLimit(clock);
        ram = new RamHandlers(host.ram(), host.dirtyLog(), rate, clock);
        registry.register(ram);
        host.registerDevices(registry, capabilities);
        TimedSink sink = new TimedSink(new PatientOutput(channel.output(), goesOn), clock);
        writer = new StreamWriter(sink);
        wire = new WireShare(sink);
        bandwidth = new Bandwidth(clock.nanoTime());
        peer = channel.peer().replaceFirst("^(tcp:.*):[0-9]+$", "$1");
        saver = new StateSaver(writer, registry, host.configuration());
        answers = new ReturnPathReader(channel.input(), clock, this);
        protocol = new SilentHandover(saver);
    }

    /**
     * Writes the head of the stream, finds out who is there, and opens the iterable sections.
     *
     * @param mayRetry whether an attempt that is aborted for its limit may be followed by another
     */
    void open(boolean mayRetry) {
        saver.writeHeader();
        if (capabilities.isOn(Capability.RETURN_PATH)) {
            protocol = meetPeer(mayRetry);
            confirmations = new RoundConfirmations(bandwidth, position(), clock.nanoTime());
        }
        if (ours == null) {
            judge.lastAttempt();
        }
        saver.prepare();
        saver.setup();
    }

    @Override
    public long position() {
        return writer.position();
    }

    StateSaver saver() {
        return saver;
    }

    RamCounters counters() {
        return ram.counters();
    }

    RateLimit rate() {
        return rate;
    }

    HandoverProtocol protocol() {
        return protocol;
    }

    @Override
    public String peer() {
        return peer;
    }

    @Override
    public long pendingEstimate() {
        return saver.pendingEstimate();
    }

    @Override
    public long pendingExact() {
        return saver.pendingExact();
    }

    @Override
    public Bandwidth bandwidth() {
        return bandwidth;
    }

    @Override
    public WireShare wire() {
        return wire;
    }

    /** A round begins: what was confirmed meanwhile is taken in. */
    void beginRound() {
        if (confirmations != null) {
            confirmations.take();
            confirmations.begin(clock.nanoTime());
        }
    }

    /** A round has ended: asks the destination to confirm it, and waits for nothing. */
    void endRound() {
        RoundConfirmations rounds = confirmations;
        if (rounds != null && rounds.isPingDue(position(), clock.nanoTime())) {
            saver.command(new VmCommand.Ping(rounds.nextCookie()));
            rounds.pinged(position(), clock.nanoTime());
            saver.flush();
        }
    }

    @Override
    public @Nullable RoundConfirmations confirmations() {
        return confirmations;
    }

    /** Whether the destination has agreed to a stop, where it was asked to. */
    boolean mayStop() {
        return !capabilities.isOn(Capability.SWITCHOVER_ACK)
                || answers.isAcknowledged()
                || !host.guestIsRunning();
    }

    /** A link that broke may have brought the destination's reason before it did. */
    void hearOut() {
        if (judge.state() == State.FAILED) {
            answers.awaitEnd();
        }
    }

    /** The outcome is known; a destination that hears it in time has stopped listening then. */
    void done() {
        protocol.done();
        answers.awaitEnd();
    }

    @Override
    public void heard(ReturnPathMessage message) {
        RoundConfirmations rounds = confirmations;
        if (rounds != null && message instanceof ReturnPathMessage.Pong(int cookie)) {
            rounds.heard(cookie, clock.nanoTime());
        }
        protocol.heard(message, judge);
    }

    @Override
    public void ended(String why) {
        judge.fail(Event.LINK_LOST, why);
    }

    /** The session with a peer that is ours, in its attempt of now; null with any other. */
    @Nullable HandoverSession session() {
        JvmmHandover peer = ours;
        return peer == null ? null : peer.session();
    }

    /** The attempt is over: whatever is being saved leaves the rest out. Any thread. */
    void saveAbandoned() {
        registry.saveAbandoned();
    }

    /**
     * Has the destination forget the attempt, and waits until it has.
     *
     * @return false if there will be no other attempt
     */
    boolean rollBack() {
        protocol.rollBack();
        while (judge.state() == State.ROLLING_BACK) {
            LockSupport.park(this);
        }
        if (judge.state() != State.ITERATING) {
            return false;
        }
        judge.beginAttempt();
        protocol.nextAttempt();
        saver.restart();
        return true;
    }

    /** The migration was aborted: says so to a destination that may be prepared. */
    void abandon(Channel channel) {
        channel.output().clearInterrupt();
        protocol.abandon(judge);
    }

    /** Ends the return path's thread and frees what was made to save. */
    @Override
    public void close() {
        answers.close();
        saver.cleanup();
    }

    /**
     * Every peer echoes a PING. Ours answers one cookie differently, and only such a peer ever gets
     * a private message.
     */
    private HandoverProtocol meetPeer(boolean mayRetry) {
        answers.start();
        saver.command(new VmCommand.OpenReturnPath());
        long begin = clock.nanoTime();
        ping(OPENING_COOKIE);
        long between = clock.nanoTime();
        ReturnPathMessage.Pong answer = ping(PeerProbe.COOKIE);
        // The quicker of the two: a busy host is no long way.
        long roundTrip = Math.min(between - begin, clock.nanoTime() - between);
        judge.checkpoint();
        if (answer == null || !PeerProbe.peerOf(answer).equals(Optional.of(PeerKind.JVMM))) {
            return new QemuHandover(saver, answers);
        }
        HandoverSession session = HandoverSession.create(roundTrip);
        answers.expect(session.id());
        boolean verify = capabilities.isOn(Capability.X_VERIFY_RAM);
        int flags =
                (verify ? VmCommand.Session.SEND_RAM_HASHES : 0)
                        | (mayRetry ? VmCommand.Session.MAY_RETRY : 0);
        saver.command(new VmCommand.Session(session.id(), flags));
        RamComparison comparison =
                verify ? new RamComparison.EveryBlock(host.ram()) : new RamComparison.Off();
        JvmmHandover peer = new JvmmHandover(writer, saver, answers, clock, session, comparison);
        ours = peer;
        return peer;
    }

    private ReturnPathMessage.@Nullable Pong ping(int cookie) {
        saver.command(new VmCommand.Ping(cookie));
        saver.flush();
        answers.await(Answer.PONG, clock.nanoTime() + PROBE_NANOS, judge.attemptOver());
        return answers.takePong();
    }

    /**
     * The counters for the monitors. Any thread.
     *
     * @param elapsedNanos since the start of the migration
     */
    RamInfo ramInfo(long elapsedNanos) {
        RamCounters seen = ram.counters();
        double seconds = Math.max(elapsedNanos, 1) / 1e9;
        long sentPages = seen.normalPages() + seen.zeroPages();
        return new RamInfo(
                seen.total(),
                seen.remaining(),
                seen.dirtySyncCount(),
                seen.transferred() * 8 / 1e6 / seconds,
                new RamInfo.Pages(
                        seen.zeroPages(),
                        seen.normalPages(),
                        seen.dirtyPagesRate(),
                        (long) (sentPages / seconds)),
                new RamInfo.Sent(seen.precopyBytes(), seen.downtimeBytes()));
    }
}
