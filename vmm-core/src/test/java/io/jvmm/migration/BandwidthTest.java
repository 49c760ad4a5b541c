package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BandwidthTest {
    private static final long MILLI = 1_000_000;

    private final Bandwidth bandwidth = new Bandwidth(0);

    @Test
    void shouldNotGuessBeforeTheFirstWindow() {
        bandwidth.update(0, 99 * MILLI, 500_000, false);
        assertThat(bandwidth.nanosFor(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(bandwidth.nanosFor(0)).isZero();
        assertThat(bandwidth.bytesPerSecond()).isZero();
    }

    @Test
    void shouldMeasureTheLastWindowThatHadAlwaysMoreToSend() {
        bandwidth.update(0, 100 * MILLI, 200_000, false);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(2e6);
        bandwidth.update(100 * MILLI, 300 * MILLI, 200_000, false);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(1e6);
        assertThat(bandwidth.nanosFor(1_000_000)).isEqualTo(1000 * MILLI);
    }

    @Test
    void shouldNotTakeAnIdleLinkForASlowOne() {
        bandwidth.update(0, 100 * MILLI, 200_000, false);
        bandwidth.update(100 * MILLI, 101 * MILLI, 9, true);
        bandwidth.update(200 * MILLI, 201 * MILLI, 9, true);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(2e6);
        bandwidth.update(201 * MILLI, 400 * MILLI, 600_000, true);
        assertThat(bandwidth.bytesPerSecond()).isGreaterThan(2.9e6);
    }

    @Test
    void shouldMeasureALargeRoundByItsOwnTime() {
        bandwidth.update(50 * MILLI, 60 * MILLI, 10_000_000, true);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(1e9);
        bandwidth.update(60 * MILLI, 200 * MILLI, 9, true);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(1e9);
    }
}
