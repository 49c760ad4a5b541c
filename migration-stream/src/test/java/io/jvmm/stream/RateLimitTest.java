package io.jvmm.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RateLimitTest {
    private long now = 12345;
    private final RateLimit limit = new RateLimit(() -> now);

    @Test
    void shouldNotLimitByDefault() {
        assertThat(limit.exceeded(Long.MAX_VALUE)).isFalse();
        assertThat(limit.nanosToWait()).isZero();
    }

    @Test
    void shouldAllowATenthOfASecondsBytesPerWindow() {
        limit.setBytesPerSecond(1000);

        assertThat(limit.exceeded(99)).isFalse();
        assertThat(limit.exceeded(100)).isTrue();
        now += 40_000_000;
        assertThat(limit.exceeded(100)).isTrue();
        assertThat(limit.nanosToWait()).isEqualTo(60_000_000);
        now += 60_000_000;
        assertThat(limit.nanosToWait()).isZero();
        assertThat(limit.exceeded(100)).isFalse();
        assertThat(limit.exceeded(199)).isFalse();
        assertThat(limit.exceeded(200)).isTrue();
    }

    @Test
    void shouldChargeAnOverrunToTheNextWindows() {
        limit.setBytesPerSecond(1000);

        assertThat(limit.exceeded(350)).isTrue();
        now += 2 * RateLimit.WINDOW_NANOS;
        assertThat(limit.exceeded(350)).isTrue();
        now += RateLimit.WINDOW_NANOS;
        assertThat(limit.exceeded(350)).isFalse();
        assertThat(limit.exceeded(400)).isTrue();
    }

    @Test
    void shouldNotSaveUpWhatWasNotUsed() {
        limit.setBytesPerSecond(1000);
        now += 100 * RateLimit.WINDOW_NANOS;

        assertThat(limit.exceeded(100)).isFalse();
        assertThat(limit.exceeded(200)).isTrue();
    }

    @Test
    void shouldFollowAChangeAtOnce() {
        limit.setBytesPerSecond(1000);
        assertThat(limit.exceeded(100)).isTrue();

        limit.setBytesPerSecond(10_000);
        assertThat(limit.exceeded(100)).isFalse();
        limit.setBytesPerSecond(0);
        assertThat(limit.exceeded(1_000_000)).isFalse();
        limit.setBytesPerSecond(Long.MAX_VALUE);
        assertThat(limit.exceeded(1_000_000)).isFalse();
    }

    @Test
    void shouldRefuseANegativeBandwidth() {
        assertThatThrownBy(() -> limit.setBytesPerSecond(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }
}
