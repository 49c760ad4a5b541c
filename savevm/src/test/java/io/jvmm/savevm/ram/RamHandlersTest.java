package io.jvmm.savevm.ram;

import static io.jvmm.vmstate.StreamBytes.bytes;
import static io.jvmm.vmstate.StreamBytes.hex;
import static io.jvmm.vmstate.StreamBytes.reader;
import static io.jvmm.vmstate.StreamBytes.written;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RamHandlersTest {
    private static final String EOS = "0000000000000010";
    private static final String RAM_NAME = "03 72616d";
    private static final String ROM_NAME = "07 70632e62696f73";
    private static final String BLOCKS =
            "0000000000004004"
                    + RAM_NAME
                    + "0000000000003000"
                    + ROM_NAME
                    + "0000000000001000"
                    + EOS;

    private final TestGuest source = new TestGuest().block("ram", 3).block("pc.bios", 1);
    private final TestGuest target = new TestGuest().block("ram", 3).block("pc.bios", 1);
    private long now;
    private final RateLimit limit = new RateLimit(() -> now);
    private final RamHandlers handlers = new RamHandlers(source, source, limit, () -> now);

    private static String page(int value) {
        byte[] page = new byte[RamBlock.PAGE_SIZE];
        page[5] = (byte) value;
        return hex(page);
    }

    private byte[] setup() {
        return written(handlers::saveSetup);
    }

    private byte[] iterate(boolean roundDone) {
        return written(out -> assertThat(handlers.saveIterate(out)).isEqualTo(roundDone));
    }

    private byte[] complete() {
        return written(out -> {
            handlers.finalSync();
            handlers.saveComplete(out);
        });
    }

    private void load(byte[]... parts) {
        RamHandlers loading = new RamHandlers(target, target, limit, () -> now);
        loading.loadSetup();
        for (byte[] part : parts) {
            StreamReader in = reader(part);
            loading.loadState(in, 4);
            assertThat(in.position()).isEqualTo(part.length);
        }
        loading.loadCleanup();
    }

    private void assertRefused(String message, String stream) {
        assertThatThrownBy(() -> load(bytes(stream)))
                .isInstanceOf(StreamFormatException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldAnnounceItsBlocksAndStartTheLog() {
        assertThat(hex(setup())).isEqualTo(hex(bytes(BLOCKS)));
        assertThat(source.calls).containsExactly("start");
        assertThat(handlers.pendingEstimate()).isEqualTo(4 * 4096);
        handlers.saveCleanup();
        assertThat(source.calls).containsExactly("start", "stop");
    }

    @Test
    void shouldSendEveryPageInTheFirstRound() {
        source.write(0, 1, 0x42);
        source.write(1, 0, 0x43);
        setup();
        assertThat(hex(iterate(true)))
                .isEqualTo(
                        hex(
                                bytes(
                                        "0000000000000002"
                                                + RAM_NAME
                                                + "00"
                                                + "0000000000001028"
                                                + page(0x42)
                                                + "0000000000002022 00"
                                                + "0000000000000008"
                                                + ROM_NAME
                                                + page(0x43)
                                                + EOS)));
        assertThat(handlers.pendingEstimate()).isZero();
    }

    @Test
    void shouldKeepWhatWasSentWhenTheAttemptIsAborted() {
        setup();
        byte[] first = iterate(true);
        source.write(0, 1, 5);
        source.write(0, 2, 6);
        handlers.finalSync();
        handlers.saveAbandoned();
        assertThat(hex(written(handlers::saveComplete))).isEqualTo(EOS);
        source.calls.clear();
        assertThat(hex(written(handlers::saveRestart))).isEqualTo(hex(bytes(BLOCKS)));
        assertThat(source.calls).isEmpty();
        assertThat(handlers.pendingEstimate()).isEqualTo(2 * 4096);
        byte[] second = iterate(true);
        assertThat(hex(second)).startsWith("0000000000001008" + hex(bytes(RAM_NAME)) + page(5));
        load(first, bytes(BLOCKS), second, complete());
        assertThat(target.hash(0)).isEqualTo(source.hash(0));
    }

    @Test
    void shouldSendOnlyWhatWasWrittenInTheRoundsThatFollow() {
        setup();
        source.write(0, 2, 1);
        byte[] first = iterate(true);
        assertThat(handlers.pendingEstimate()).isEqualTo(4096);
        source.write(0, 2, 9);
        source.write(0, 0, 7);
        assertThat(handlers.pendingExact()).isEqualTo(2 * 4096);
        byte[] second = iterate(true);
        assertThat(hex(second))
                .isEqualTo(
                        hex(
                                bytes(
                                        "0000000000000008"
                                                + RAM_NAME
                                                + page(7)
                                                + "0000000000002028"
                                                + page(9)
                                                + EOS)));
        source.write(0, 2, 0);
        byte[] last = complete();
        assertThat(hex(last)).isEqualTo(hex(bytes("0000000000002022 00" + EOS)));
        assertThat(handlers.counters().remaining()).isZero();
        load(bytes(BLOCKS), first, second, last);
        assertThat(target.hash(0)).isEqualTo(source.hash(0));
        assertThat(target.hash(1)).isEqualTo(source.hash(1));
    }

    @Test
    void shouldCompleteWithoutPagesIfNothingIsLeft() {
        setup();
        iterate(true);
        assertThat(hex(complete())).isEqualTo(EOS);
    }

    @Test
    void shouldCountAsQueryMigrateWants() {
        byte[] start = setup();
        source.write(0, 0, 1);
        byte[] round = iterate(true);
        byte[] end = complete();
        RamCounters counters = handlers.counters();
        assertThat(counters.total()).isEqualTo(4 * 4096);
        assertThat(counters.normalPages()).isEqualTo(2);
        assertThat(counters.zeroPages()).isEqualTo(3);
        assertThat(counters.dirtySyncCount()).isEqualTo(3);
        assertThat(counters.precopyBytes()).isEqualTo(start.length + round.length);
        assertThat(counters.downtimeBytes()).isEqualTo(end.length);
        assertThat(counters.transferred()).isEqualTo(start.length + round.length + end.length);
        assertThat(counters.remaining()).isZero();
        handlers.saveCleanup();
        setup();
        assertThat(counters.normalPages()).isZero();
        assertThat(counters.remaining()).isEqualTo(4 * 4096);
    }

    @Test
    void shouldTakeTheDirtyRateOverAtLeastASecond() {
        setup();
        iterate(true);
        source.write(0, 0, 1);
        source.write(0, 1, 1);
        now += 1_000_000_000;
        handlers.pendingExact();
        assertThat(handlers.counters().dirtyPagesRate()).isZero();
        source.write(0, 1, 2);
        source.write(0, 2, 2);
        now += 1_000_000_000;
        handlers.pendingExact();
        assertThat(handlers.counters().dirtyPagesRate()).as("page 1 was dirty").isEqualTo(1);
        now += 2_000_000_000;
        handlers.pendingExact();
        assertThat(handlers.counters().dirtyPagesRate()).isZero();
    }

    @Test
    void shouldEndASliceAfterFiftyMilliseconds() {
        TestGuest large = new TestGuest().block("ram", 1000);
        long[] time = {0};
        RamHandlers slow = new RamHandlers(large, large, limit, () -> time[0] += 25_000_000);
        written(slow::saveSetup);
        boolean[] done = {true};
        written(out -> done[0] = slow.saveIterate(out));
        assertThat(done[0]).isFalse();
        assertThat(slow.counters().zeroPages()).isBetween(1L, 128L);
        assertThat(slow.pendingEstimate()).isEqualTo((1000 - slow.counters().zeroPages()) * 4096);
    }

    @Test
    void shouldEndASliceAtTheRateLimit() {
        source.write(0, 0, 1);
        source.write(0, 1, 1);
        written(out -> {
            handlers.saveSetup(out);
            limit.setBytesPerSecond(40_000);
            long before = out.position();
            assertThat(handlers.saveIterate(out)).isFalse();
            assertThat(out.position() - before).isLessThan(5000);
            long between = out.position();
            assertThat(handlers.saveIterate(out)).isFalse();
            assertThat(out.position() - between).as("an empty part").isEqualTo(8);
            now += 1_000_000_000;
            assertThat(handlers.saveIterate(out)).isFalse();
            now += 1_000_000_000;
            assertThat(handlers.saveIterate(out)).isTrue();
        });
    }

    @Test
    void shouldNotWriteZeroPagesThatAreZeroAlready() {
        target.blocks.set(0, new RamBlock("ram", target.blocks.get(0).memory().asReadOnly()));
        load(bytes("0000000000000002" + RAM_NAME + "00" + EOS));
        target.write(1, 0, 3);
        load(bytes("0000000000000002" + ROM_NAME + "00" + EOS));
        assertThat(ZeroPage.isZero(target.blocks.get(1).memory(), 0)).isTrue();
    }

    @Test
    void shouldRememberTheBlockFromSectionToSection() {
        load(
                bytes("0000000000000002" + RAM_NAME + "00" + EOS),
                bytes("0000000000001028" + page(6) + EOS));
        source.write(0, 1, 6);
        assertThat(target.hash(0)).isEqualTo(source.hash(0));
    }

    @Test
    void shouldRefuseWhatDoesNotFit() {
        assertRefused("flags=0x48 offset=0x0", "0000000000000048");
        assertRefused("flags=0x210", "0000000000000210");
        assertRefused("flags=0xa offset=0x1000", "000000000000100a");
        assertRefused("does not name its block", "0000000000000028");
        assertRefused("block=rom", "0000000000000008 03 726f6d");
        assertRefused("block=ram offset=0x3000 length=0x3000", "0000000000003008" + RAM_NAME);
        assertRefused("offset=0xfffffffffffff000", "fffffffffffff008" + RAM_NAME + page(0));
        assertRefused("fill=1", "0000000000000002" + RAM_NAME + "01");
        assertRefused(
                "block=ram length=8192 expected=12288",
                BLOCKS.replace("0000000000003000", "0000000000002000"));
        assertRefused("block=ram sum=8192", BLOCKS.replace("4004", "2004"));
        assertRefused("block=ram sum=", BLOCKS.replace("0000000000004004", "8000000000004004"));
    }

    @Test
    void shouldRefuseEveryTruncation() {
        byte[] whole =
                bytes(
                        BLOCKS.substring(0, BLOCKS.length() - EOS.length())
                                + "0000000000000002"
                                + RAM_NAME
                                + "00"
                                + "0000000000001028"
                                + page(1)
                                + EOS);
        for (int length = 0; length < whole.length; length += length < 90 ? 1 : 97) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> load(cut))
                    .as("length %d", length)
                    .isInstanceOf(StreamEndException.class);
        }
        load(whole);
    }
}
