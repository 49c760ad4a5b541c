package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.admission.LinkSource;
import org.junit.jupiter.api.Test;

class BandwidthTest {
    private static final long MILLI = 1_000_000;

    private final Bandwidth bandwidth = new Bandwidth(0);

    @Test
    void shouldNotGuessBeforeTheFirstWindow() {
        bandwidth.update(99 * MILLI, 500_000, false);
        assertThat(bandwidth.nanosFor(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(bandwidth.nanosFor(0)).isZero();
        assertThat(bandwidth.bytesPerSecond()).isZero();
    }

    @Test
    void shouldMeasureTheLastWindowThatHadAlwaysMoreToSend() {
        bandwidth.update(100 * MILLI, 200_000, false);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(2e6);
        bandwidth.update(300 * MILLI, 200_000, false);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(1e6);
        assertThat(bandwidth.nanosFor(1_000_000)).isEqualTo(1000 * MILLI);
    }

    @Test
    void shouldNotTakeAnIdleLinkForASlowOne() {
        bandwidth.update(100 * MILLI, 200_000, false);
        bandwidth.update(200 * MILLI, 9, true);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(2e6);
        bandwidth.update(300 * MILLI, 300_000, true);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(3e6);
    }

    @Test
    void shouldBelieveTheDestination() {
        bandwidth.update(100 * MILLI, 9, true);
        bandwidth.confirmed(10 * MILLI, 10_000_000);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(1e9);
        bandwidth.update(200 * MILLI, 9, true);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(1e9);
        bandwidth.update(300 * MILLI, 5_000_000, false);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(5e7);
    }

    @Test
    void shouldPredictWithTheMeanAndTheVarianceOfWhatWasConfirmed() {
        for (int i = 0; i < 100; i++) {
            bandwidth.confirmed(i % 2 == 0 ? 8 * MILLI : 12 * MILLI, 10_000_000);
        }
        assertThat(bandwidth.source()).isEqualTo(LinkSource.CONFIRMED);
        assertThat(bandwidth.meanNanosFor(10_000_000)).isBetween(9 * MILLI, 11 * MILLI);
        assertThat(bandwidth.marginNanosFor(10_000_000)).isBetween(5 * MILLI, 8 * MILLI);
        bandwidth.update(100 * MILLI, 9, false);
        assertThat(bandwidth.meanNanosFor(10_000_000)).isBetween(9 * MILLI, 11 * MILLI);
    }

    @Test
    void shouldNotBelieveASmallRoundThatWasSlow() {
        bandwidth.confirmed(10 * MILLI, 10_000_000);
        bandwidth.confirmed(1000 * MILLI, 1000);
        assertThat(bandwidth.meanNanosFor(10_000_000)).isEqualTo(10 * MILLI);
    }

    @Test
    void shouldForgetAStallWithSmallRoundsAlone() {
        bandwidth.confirmed(10 * MILLI, 10_000_000);
        bandwidth.confirmed(5000 * MILLI, 2_000_000);
        assertThat(bandwidth.meanNanosFor(10_000_000)).isGreaterThan(1000 * MILLI);
        for (int i = 0; i < 200; i++) {
            bandwidth.confirmed(100_000, 100_000);
        }
        assertThat(bandwidth.meanNanosFor(10_000_000)).isLessThan(11 * MILLI);
    }

    @Test
    void shouldTakeAWindowForAMeasureWhereNothingIsConfirmed() {
        assertThat(bandwidth.source()).isEqualTo(LinkSource.UNKNOWN);
        assertThat(bandwidth.meanNanosFor(1)).isEqualTo(Long.MAX_VALUE);
        bandwidth.update(100 * MILLI, 100_000, false);
        assertThat(bandwidth.source()).isEqualTo(LinkSource.WINDOW);
        assertThat(bandwidth.meanNanosFor(1_000_000)).isEqualTo(1000 * MILLI);
        assertThat(bandwidth.marginNanosFor(1_000_000)).isEqualTo(250 * MILLI);
    }
}
