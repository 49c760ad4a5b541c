package io.jvmm.stream.channel;

import static io.jvmm.stream.channel.ChannelContract.inBackground;
import static io.jvmm.stream.channel.ChannelContract.join;
import static io.jvmm.stream.channel.ChannelContract.listOf;
import static io.jvmm.stream.channel.ChannelContract.openDescriptors;
import static io.jvmm.stream.channel.ChannelContract.read;
import static io.jvmm.stream.channel.ChannelContract.readOnce;
import static io.jvmm.stream.channel.ChannelContract.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.BufferList;
import io.jvmm.stream.StreamInterruptedException;
import io.jvmm.stream.StreamIoException;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ChannelPairTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    @Test
    void shouldStandStillAtTheByteUntilReleased() throws Exception {
        try (ChannelPair pair = Channels.pipe(Faults.stallAt(4), Faults.NONE)) {
            FutureTask<?> writer = inBackground(() -> write(pair.first(), "abcdefgh"));
            assertThat(pair.awaitStall(SOON)).isTrue();

            assertThat(read(pair.second(), 4)).isEqualTo("abcd");
            assertThat(writer.isDone()).isFalse();
            pair.release();

            assertThat(read(pair.second(), 4)).isEqualTo("efgh");
            join(writer);
        }
    }

    @Test
    void shouldInterruptAStallAndGoOnWhereItStood() throws Exception {
        try (ChannelPair pair = Channels.pipe(Faults.stallAt(4), Faults.NONE)) {
            BufferList list = listOf(Arena.ofAuto().allocateFrom("abcdefgh").asSlice(0, 8));
            FutureTask<?> writer = inBackground(() -> pair.first().output().write(list));
            assertThat(pair.awaitStall(SOON)).isTrue();
            pair.first().output().interrupt();
            assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamInterruptedException.class);
            assertThat(list.byteSize()).isEqualTo(4);

            pair.first().output().clearInterrupt();
            pair.release();
            pair.first().output().write(list);

            assertThat(read(pair.second(), 8)).isEqualTo("abcdefgh");
        }
    }

    @Test
    void shouldStallTheWayBackToo() throws Exception {
        try (ChannelPair pair = Channels.pipe(Faults.NONE, Faults.stallAt(0))) {
            FutureTask<?> writer = inBackground(() -> write(pair.second(), "x"));
            assertThat(pair.awaitStall(SOON)).isTrue();
            pair.release();
            join(writer);

            assertThat(read(pair.first(), 1)).isEqualTo("x");
        }
    }

    @Test
    void shouldSayThatNobodyStands() throws Exception {
        try (ChannelPair pair = Channels.pipe(Faults.stallAt(1), Faults.NONE)) {
            assertThat(pair.awaitStall(Duration.ofMillis(1))).isFalse();
        }
    }

    @Test
    void shouldWakeAStallOnShutdownAndClose() throws Exception {
        for (boolean close : new boolean[] {false, true}) {
            try (ChannelPair pair = Channels.pipe(Faults.stallAt(4), Faults.NONE)) {
                FutureTask<?> writer = inBackground(() -> write(pair.first(), "abcdefgh"));
                assertThat(pair.awaitStall(SOON)).isTrue();
                if (close) {
                    pair.first().close();
                } else {
                    pair.first().shutdown();
                }

                assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamIoException.class);
            }
        }
    }

    @Test
    void shouldBreakTheLineAtTheByte() {
        try (ChannelPair pair = Channels.pipe(Faults.cutAt(4), Faults.NONE)) {
            assertThatThrownBy(() -> write(pair.first(), "abcdefgh"))
                    .isInstanceOf(StreamIoException.class)
                    .hasMessage("The line was cut: sent=4");

            assertThat(read(pair.second(), 4)).isEqualTo("abcd");
            assertThat(readOnce(pair.second())).isEqualTo(-1);
            assertThatThrownBy(() -> write(pair.second(), "x"))
                    .isInstanceOf(StreamIoException.class);
        }
    }

    @Test
    void shouldNotBreakTheLineBeforeTheByte() {
        try (ChannelPair pair = Channels.pipe(Faults.cutAt(4), Faults.NONE)) {
            write(pair.first(), "abcd");

            assertThat(read(pair.second(), 4)).isEqualTo("abcd");
        }
    }

    @Test
    void shouldInterruptASlowLine() throws Exception {
        try (ChannelPair pair = Channels.pipe(Faults.throttle(1), Faults.NONE)) {
            FutureTask<?> writer = inBackground(() -> write(pair.first(), "abc"));
            assertThat(read(pair.second(), 1)).isEqualTo("a");
            pair.first().output().interrupt();

            assertThatThrownBy(() -> join(writer)).isInstanceOf(StreamInterruptedException.class);
        }
    }

    @Test
    void shouldBeNoFasterThanTheLine() {
        try (ChannelPair pair = Channels.pipe(Faults.throttle(1_000_000), Faults.NONE)) {
            long start = System.nanoTime();
            write(pair.first(), "x".repeat(100_001));
            long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();

            assertThat(millis).isGreaterThanOrEqualTo(80);
            assertThat(read(pair.second(), 100_001)).hasSize(100_001);
        }
    }

    @Test
    void shouldLeakNoDescriptor() throws Exception {
        long before = openDescriptors();
        for (int i = 0; i < 20; i++) {
            Channels.pipe(Faults.stallAt(1), Faults.cutAt(1)).close();
        }

        assertThat(openDescriptors()).isEqualTo(before);
    }
}
