package io.jvmm.vfio.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Percentiles by nearest rank. */
class TimingTest {
    @Test
    void shouldTakeTheNearestRank() {
        long[] nanos = LongStream.rangeClosed(1, 200).map(n -> 201 - n).toArray();
        assertThat(Timing.of(nanos)).isEqualTo(new Timing(200, 100, 198, 200));
    }

    @Test
    void shouldTakeTheOnlySample() {
        assertThat(Timing.of(new long[] {7})).isEqualTo(new Timing(1, 7, 7, 7));
    }

    @Test
    void shouldBeNoneWithoutSamples() {
        assertThat(Timing.of(new long[0])).isEqualTo(Timing.NONE);
    }
}
