package io.jvmm.migration;

import io.jvmm.migration.ReturnPathReader.Answer;
import io.jvmm.migration.switchover.SourceHandover.Event;
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
import org.jspecify.annotations.Nullable;

/**
 * The connected stream of an outgoing migration: what is saved, what is heard, and which protocol
 * the peer understands. Migration thread, but for what the return path hears.
 */
final class OutgoingStream implements ReturnPathReader.Listener, AutoCloseable {
    private static final int OPENING_COOKIE = 1;
    private static final long PROBE_NANOS = 5_000_000_000L;

    private final MigrationHost host;
    private final MigrationCapabilities capabilities;
    private final SourceJudge judge;
    private final NanoClock clock;
    private final RateLimit rate;
    private final RamHandlers ram;
    private final StreamWriter writer;
    private final StateSaver saver;
    private final ReturnPathReader answers;
    private volatile HandoverProtocol protocol;

    OutgoingStream(
            MigrationHost host,
            MigrationCapabilities capabilities,
            SourceJudge judge,
            NanoClock clock,
            Channel channel) {
        this.host = host;
        this.capabilities = capabilities;
        this.judge = judge;
        this.clock = clock;
        rate = new RateLimit(clock);
        ram = new RamHandlers(host.ram(), host.dirtyLog(), rate, clock);
        SaveVmRegistry registry = new SaveVmRegistry();
        registry.register(ram);
        host.registerDevices(registry, capabilities);
        writer = new StreamWriter(channel.output());
        saver = new StateSaver(writer, registry, host.configuration());
        answers = new ReturnPathReader(channel.input(), clock, this);
        protocol = new SilentHandover(saver);
    }

    /** Writes the head of the stream, finds out who is there, and opens the iterable sections. */
    void open() {
        saver.writeHeader();
        if (capabilities.isOn(Capability.RETURN_PATH)) {
            protocol = meetPeer();
        }
        saver.prepare();
        saver.setup();
    }

    /** Bytes written so far. */
    long position() {
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

    /** Waits until the destination has taken in all that was sent; false if it cannot say so. */
    boolean isConfirmed() {
        return capabilities.isOn(Capability.RETURN_PATH) && ping(OPENING_COOKIE) != null;
    }

    /** Whether the destination has agreed to a stop, where it was asked to. */
    boolean mayStop() {
        return !capabilities.isOn(Capability.SWITCHOVER_ACK)
                || answers.isAcknowledged()
                || !host.guestIsRunning();
    }

    @Override
    public void heard(ReturnPathMessage message) {
        protocol.heard(message, judge);
    }

    @Override
    public void ended(String why) {
        judge.fail(Event.LINK_LOST, why);
    }

    /** The attempt was aborted: says so to a destination that may be prepared. */
    void abandon(Channel channel) {
        channel.output().clearInterrupt();
        protocol.abandon();
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
    private HandoverProtocol meetPeer() {
        answers.start();
        saver.command(new VmCommand.OpenReturnPath());
        long sent = clock.nanoTime();
        ping(OPENING_COOKIE);
        long roundTrip = clock.nanoTime() - sent;
        ReturnPathMessage.Pong answer = ping(PeerProbe.COOKIE);
        judge.checkpoint();
        if (answer == null || !PeerProbe.peerOf(answer).equals(Optional.of(PeerKind.JVMM))) {
            return new QemuHandover(saver, answers);
        }
        HandoverSession session = HandoverSession.create(roundTrip);
        answers.expect(session.id());
        boolean verify = capabilities.isOn(Capability.X_VERIFY_RAM);
        saver.command(
                new VmCommand.Session(
                        session.id(), verify ? VmCommand.Session.SEND_RAM_HASHES : 0));
        RamComparison comparison =
                verify ? new RamComparison.EveryBlock(host.ram()) : new RamComparison.Off();
        return new JvmmHandover(writer, saver, answers, clock, session, comparison);
    }

    private ReturnPathMessage.@Nullable Pong ping(int cookie) {
        saver.command(new VmCommand.Ping(cookie));
        saver.flush();
        answers.await(Answer.PONG, clock.nanoTime() + PROBE_NANOS, judge.aborted());
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
