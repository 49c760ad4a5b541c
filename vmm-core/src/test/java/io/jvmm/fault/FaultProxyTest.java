package io.jvmm.fault;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.fault.ProxiedPair.End;
import io.jvmm.fault.ProxiedPair.Ends;
import io.jvmm.fault.ProxiedPair.Kind;
import io.jvmm.fault.Trigger.After;
import io.jvmm.fault.Trigger.AtByte;
import io.jvmm.fault.Trigger.AtMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each kind of fault does to real sockets what it says. */
@Timeout(60)
class FaultProxyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(50);
    private static final byte[] TEXT = ascii("0123456789");
    private static final byte[] GO = HexFormat.of().parseHex("084a020014" + "00".repeat(20));
    private static final Place FORWARD = Place.forward(0);
    private static final Place BACKWARD = Place.backward(0);
    private static final int TO_THE_END = 1 << 20;

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static ProxiedPair planned(Kind kind, Trigger when, Place where, Fault what) {
        return new ProxiedPair(kind, new FaultPlan(List.of(new PlannedFault(when, where, what))));
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldCarryBothWaysAndPassOnTheEnd(Kind kind) {
        try (ProxiedPair pair = new ProxiedPair(kind, FaultPlan.NONE)) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            ends.source().endOutput();
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(TEXT);
            ends.destination().write(TEXT);
            ends.destination().endOutput();
            assertThat(ends.source().read(TO_THE_END)).isEqualTo(TEXT);
            assertThat(pair.proxy().happenings()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldCarryMoreThanItHolds(Kind kind) throws InterruptedException {
        byte[] much = new byte[8 << 20];
        new Random(1).nextBytes(much);
        try (ProxiedPair pair = new ProxiedPair(kind, FaultPlan.NONE)) {
            Ends ends = pair.connect();
            Thread writer = Thread.ofPlatform().start(() -> ends.source().write(much));
            assertThat(ends.destination().read(much.length)).isEqualTo(much);
            writer.join();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldLoseWhatComesAfterTheByteAndTellNobody(Kind kind) throws InterruptedException {
        ProxiedPair pair = planned(kind, new AtByte(FORWARD, 4), FORWARD, new Fault.Drop());
        Ends ends = pair.connect();
        ends.source().write(TEXT);
        assertThat(pair.proxy().awaitHappenings(1, PATIENCE)).isTrue();
        assertThat(ends.destination().read(4)).isEqualTo(ascii("0123"));
        ends.source().endOutput();
        ends.destination().write(TEXT); // the other direction is as good as ever
        assertThat(ends.source().read(TEXT.length)).isEqualTo(TEXT);
        assertThat(ends.destination().isReadable()).isFalse();
        pair.close();
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldCutBeforeTheByte(Kind kind) {
        try (ProxiedPair pair = planned(kind, new AtByte(FORWARD, 4), FORWARD, new Fault.Cut())) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(ascii("0123"));
            assertThat(ends.source().read(TO_THE_END)).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldEndOneDirectionOnly(Kind kind) {
        try (ProxiedPair pair =
                planned(kind, new AtByte(FORWARD, 4), FORWARD, new Fault.HalfClose())) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(ascii("0123"));
            ends.destination().write(TEXT);
            assertThat(ends.source().read(TEXT.length)).isEqualTo(TEXT);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldStandStillUntilItIsLifted(Kind kind) throws InterruptedException {
        try (ProxiedPair pair =
                planned(kind, new AtByte(FORWARD, 4), FORWARD, new Fault.Stall(Fault.FOREVER))) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(pair.proxy().awaitHappenings(1, PATIENCE)).isTrue();
            assertThat(ends.destination().read(4)).isEqualTo(ascii("0123"));
            ends.destination().write(TEXT);
            assertThat(ends.source().read(TEXT.length)).isEqualTo(TEXT);
            assertThat(ends.destination().isReadable()).isFalse();
            pair.proxy().lift(FORWARD);
            assertThat(ends.destination().read(6)).isEqualTo(ascii("456789"));
        }
    }

    @Test
    void shouldStandStillForATime() throws InterruptedException {
        long nanos = TimeUnit.MILLISECONDS.toNanos(30);
        try (ProxiedPair pair =
                planned(Kind.TCP, new AtByte(FORWARD, 4), FORWARD, new Fault.Stall(nanos))) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(ends.destination().read(TEXT.length)).isEqualTo(TEXT);
            assertThat(System.nanoTime() - pair.proxy().happenings().getFirst().nanoTime())
                    .isGreaterThanOrEqualTo(nanos);
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldCutALineThatStands(Kind kind) throws InterruptedException {
        try (ProxiedPair pair =
                planned(kind, new AtByte(FORWARD, 4), FORWARD, new Fault.Stall(Fault.FOREVER))) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(pair.proxy().awaitHappenings(1, PATIENCE)).isTrue();
            pair.proxy().inflict(BACKWARD, new Fault.Cut());
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(ascii("0123"));
            assertThat(ends.source().read(TO_THE_END)).isEmpty();
        }
    }

    @Test
    void shouldDelayEveryByte() {
        long nanos = TimeUnit.MILLISECONDS.toNanos(20);
        try (ProxiedPair pair =
                planned(Kind.TCP, new AtByte(FORWARD, 0), FORWARD, new Fault.Delay(nanos))) {
            Ends ends = pair.connect();
            for (int i = 0; i < 3; i++) {
                long begin = System.nanoTime();
                ends.source().write(TEXT);
                assertThat(ends.destination().read(TEXT.length)).isEqualTo(TEXT);
                assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(nanos);
            }
        }
    }

    @Test
    void shouldBeAsSlowAsItIsTold() throws InterruptedException {
        int bytes = 100_000;
        try (ProxiedPair pair =
                planned(Kind.TCP, new AtByte(FORWARD, 0), FORWARD, new Fault.Throttle(1_000_000))) {
            Ends ends = pair.connect();
            long begin = System.nanoTime();
            ends.source().write(new byte[bytes]);
            assertThat(ends.destination().read(bytes)).hasSize(bytes);
            assertThat(System.nanoTime() - begin)
                    .isGreaterThanOrEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
        }
    }

    @ParameterizedTest
    @EnumSource(Kind.class)
    void shouldRefuseAConnectionAndTakeTheNext(Kind kind) {
        try (ProxiedPair pair = planned(kind, new AtByte(FORWARD, 0), FORWARD, new Fault.Cut())) {
            End refused = pair.connectSource();
            assertThat(refused.read(TO_THE_END)).isEmpty();
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(ends.destination().read(TEXT.length)).isEqualTo(TEXT);
        }
    }

    @Test
    void shouldLetOneConnectionOvertakeAnother() {
        Fault late = new Fault.FallBehind(Place.forward(1), TEXT.length, Fault.FOREVER / 2);
        try (ProxiedPair pair = planned(Kind.TCP, new AtByte(FORWARD, 4), FORWARD, late)) {
            Ends first = pair.connect();
            Ends second = pair.connect();
            first.source().write(TEXT);
            assertThat(first.destination().read(4)).isEqualTo(ascii("0123"));
            second.source().write(ascii("01234"));
            assertThat(second.destination().read(5)).isEqualTo(ascii("01234"));
            assertThat(first.destination().isReadable()).isFalse();
            second.source().write(ascii("56789"));
            assertThat(first.destination().read(6)).isEqualTo(ascii("456789"));
        }
    }

    @Test
    void shouldNotFallBehindForLongerThanItIsTold() {
        Fault late = new Fault.FallBehind(Place.forward(1), 1, 1);
        try (ProxiedPair pair = planned(Kind.TCP, new AtByte(FORWARD, 4), FORWARD, late)) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(ends.destination().read(TEXT.length)).isEqualTo(TEXT);
        }
    }

    @Test
    void shouldLetNoByteOfTheMessagePass() {
        AtMessage go = new AtMessage(0, Message.GO, 1, 0);
        try (ProxiedPair pair = planned(Kind.TCP, go, FORWARD, new Fault.Cut())) {
            Ends ends = pair.connect();
            ends.source().write(concat(TEXT, GO));
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(TEXT);
        }
    }

    @Test
    void shouldLetSoMuchOfTheMessagePass() {
        AtMessage go = new AtMessage(0, Message.GO, 2, Message.GO.length());
        try (ProxiedPair pair = planned(Kind.TCP, go, FORWARD, new Fault.Cut())) {
            Ends ends = pair.connect();
            ends.source().write(concat(GO, TEXT));
            ends.source().write(concat(GO, TEXT));
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(concat(GO, concat(TEXT, GO)));
        }
    }

    @Test
    void shouldSeeAMessageThatComesByteByByte() {
        AtMessage go = new AtMessage(0, Message.GO, 1, Message.GO.length());
        try (ProxiedPair pair = planned(Kind.TCP, go, FORWARD, new Fault.Cut())) {
            Ends ends = pair.connect();
            for (byte each : GO) {
                ends.source().write(new byte[] {each});
            }
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(GO);
        }
    }

    @Test
    void shouldDoHarmToTheOtherDirectionAfterATime() throws InterruptedException {
        Trigger later = new After(new AtMessage(0, Message.GO, 1, 0), 1);
        try (ProxiedPair pair = planned(Kind.TCP, later, BACKWARD, new Fault.HalfClose())) {
            Ends ends = pair.connect();
            ends.source().write(GO);
            assertThat(ends.source().read(TO_THE_END)).isEmpty();
            assertThat(ends.destination().read(GO.length)).isEqualTo(GO);
        }
    }

    @Test
    void shouldBeGoodAgainForNewConnectionsAndCutWhatHasLostBytes() throws InterruptedException {
        try (ProxiedPair pair =
                planned(Kind.TCP, new AtByte(FORWARD, 4), FORWARD, new Fault.Drop())) {
            Ends ends = pair.connect();
            ends.source().write(TEXT);
            assertThat(pair.proxy().awaitHappenings(1, PATIENCE)).isTrue();
            pair.proxy().heal();
            assertThat(ends.destination().read(TO_THE_END)).isEqualTo(ascii("0123"));
            assertThat(ends.source().read(TO_THE_END)).isEmpty();
        }
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }
}
