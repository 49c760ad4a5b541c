package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BandwidthTest {
    private static final long MILLI = 1_000_000;

    private final Bandwidth bandwidth = new Bandwidth(0, 1000);

    @Test
    void shouldNotGuessBeforeTheFirstWindow() {
        bandwidth.update(99 * MILLI, 500_000);
        assertThat(bandwidth.nanosFor(1)).isEqualTo(Long.MAX_VALUE);
        assertThat(bandwidth.nanosFor(0)).isZero();
        assertThat(bandwidth.bytesPerSecond()).isZero();
    }

    @Test
    void shouldMeasureTheLastWindowOnly() {
        bandwidth.update(100 * MILLI, 101_000);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(1e6);
        bandwidth.update(300 * MILLI, 501_000);
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(2e6);
        assertThat(bandwidth.nanosFor(1_000_000)).isEqualTo(500 * MILLI);
    }
}
