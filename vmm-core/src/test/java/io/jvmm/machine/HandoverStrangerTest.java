package io.jvmm.machine;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.fault.Fault;
import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.FaultProxy;
import io.jvmm.fault.Message;
import io.jvmm.fault.Place;
import io.jvmm.fault.PlannedFault;
import io.jvmm.fault.Trigger;
import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.channel.Channel;
import io.jvmm.stream.channel.Connector;
import io.jvmm.stream.channel.MigrationAddress;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.InquiryHeader;
import io.jvmm.stream.wire.PeerKind;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.SessionId;
import io.jvmm.stream.wire.VmCommand;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever connects to a destination that waits for its source's word, without the session's id. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HandoverStrangerTest {
    private static final int ATTEMPT = 1;
    private static final int MANY = 20;

    static Stream<VmCommand.Handover> words() {
        SessionId guessed = SessionId.random(new SecureRandom());
        return Stream.of(
                new VmCommand.Query(guessed, ATTEMPT),
                new VmCommand.Go(guessed, ATTEMPT),
                new VmCommand.Abort(guessed, ATTEMPT));
    }

    @ParameterizedTest
    @MethodSource("words")
    void shouldNotObeyAnotherSession(VmCommand.Handover word) throws InterruptedException {
        try (MigrationPair pair = pair();
                FaultProxy proxy = heldAtReady(pair)) {
            awaitPrepared(pair, proxy);
            assertThat(say(pair, word))
                    .isEqualTo(new HandoverMessage.NoSuchSession(word.id(), ATTEMPT));
            assertThat(pair.destination().runState()).isEqualTo(RunState.PREPARED);
            requireCompletes(pair, proxy);
        }
    }

    @Test
    void shouldNotMindGarbage() throws InterruptedException, IOException {
        try (MigrationPair pair = pair();
                FaultProxy proxy = heldAtReady(pair)) {
            awaitPrepared(pair, proxy);
            try (SocketChannel stranger = connect(pair)) {
                int _ =
                        stranger.write(
                                ByteBuffer.wrap("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII)));
                awaitHangUp(stranger);
            }
            assertThat(pair.destination().runState()).isEqualTo(RunState.PREPARED);
            requireCompletes(pair, proxy);
        }
    }

    /** The silent ones are thrown out after a time, and the source asks until it has a place. */
    @Test
    void shouldStillHearTheSourceAmongManyThatSayNothing()
            throws InterruptedException, IOException {
        List<SocketChannel> strangers = new ArrayList<>();
        Trigger go = new Trigger.AtMessage(0, Message.GO, 1, 0);
        try (MigrationPair pair = pair();
                FaultProxy proxy =
                        proxy(
                                pair,
                                new PlannedFault(
                                        go, Place.forward(0), new Fault.Stall(Fault.FOREVER)))) {
            awaitPrepared(pair, proxy);
            for (int i = 0; i < MANY; i++) {
                strangers.add(connect(pair));
            }
            proxy.cutAll();
            pair.source().awaitMigrationEnd();
            while (pair.source().queryMigrate().status() != MigrationStatus.COMPLETED) {
                Thread.onSpinWait();
            }
            assertThat(pair.runner()).isSameAs(pair.destination());
            MigrationPair.verify(pair.destination());
        } finally {
            for (SocketChannel stranger : strangers) {
                stranger.close();
            }
        }
    }

    @Test
    void shouldTakeItsMigrationAfterAQuestion() throws InterruptedException {
        try (MigrationPair pair = pair()) {
            pair.listen();
            VmCommand.Handover word = words().toList().getFirst();
            assertThat(say(pair, word))
                    .isEqualTo(new HandoverMessage.NoSuchSession(word.id(), ATTEMPT));
            pair.source().migrate("unix:" + pair.socket());
            pair.source().awaitMigrationEnd();
            assertThat(pair.source().queryMigrate().errorDesc()).isNull();
            assertThat(pair.runner()).isSameAs(pair.destination());
        }
    }

    private static MigrationPair pair() {
        MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, 1 << 20);
        pair.enable(Capability.RETURN_PATH);
        pair.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
        return pair;
    }

    private static FaultProxy heldAtReady(MigrationPair pair) {
        return proxy(
                pair,
                new PlannedFault(
                        new Trigger.AtMessage(0, Message.READY, 1, 0),
                        Place.backward(0),
                        new Fault.Stall(Fault.FOREVER)));
    }

    private static FaultProxy proxy(MigrationPair pair, PlannedFault fault) {
        return new FaultProxy(
                UnixDomainSocketAddress.of(pair.proxySocket()),
                UnixDomainSocketAddress.of(pair.socket()),
                new FaultPlan(List.of(fault)));
    }

    /** The destination is prepared, and the proxy holds what was to hold. */
    private static void awaitPrepared(MigrationPair pair, FaultProxy proxy)
            throws InterruptedException {
        pair.listen();
        pair.source().migrate(proxy.uri());
        assertThat(proxy.awaitHappenings(1, Duration.ofSeconds(30))).isTrue();
        assertThat(pair.destination().runState()).isEqualTo(RunState.PREPARED);
    }

    private static void requireCompletes(MigrationPair pair, FaultProxy proxy)
            throws InterruptedException {
        proxy.lift(Place.backward(0));
        pair.source().awaitMigrationEnd();
        assertThat(pair.source().queryMigrate().errorDesc()).isNull();
        assertThat(pair.source().queryMigrate().status()).isEqualTo(MigrationStatus.COMPLETED);
        assertThat(pair.runner()).isSameAs(pair.destination());
        MigrationPair.verify(pair.destination());
    }

    /** A hand-made inquiry; the result is the answer. */
    private static ReturnPathMessage say(MigrationPair pair, VmCommand.Handover word) {
        try (Connector connector =
                        new Connector(
                                MigrationAddress.parse("unix:" + pair.socket()),
                                Connector.TIMEOUT);
                Channel channel = connector.connect()) {
            StreamWriter out = new StreamWriter(channel.output());
            InquiryHeader.encode(out);
            new Frame.Command(word).encode(out);
            out.flush();
            return ReturnPathMessage.decode(new StreamReader(channel.input()), PeerKind.JVMM);
        }
    }

    private static SocketChannel connect(MigrationPair pair) throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(pair.socket()));
    }

    private static void awaitHangUp(SocketChannel stranger) {
        try {
            while (stranger.read(ByteBuffer.allocate(100)) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException _) {
            // Closed with bytes unread.
        }
    }
}
