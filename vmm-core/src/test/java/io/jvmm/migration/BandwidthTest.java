package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

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
}
