package io.jvmm.migration.admission;

import static io.jvmm.migration.admission.Forecasts.LIMIT;
import static io.jvmm.migration.admission.Forecasts.MEGABYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.admission.SwitchoverForecast.Past;
import io.jvmm.migration.admission.SwitchoverForecast.Remaining;
import org.junit.jupiter.api.Test;

class DowntimeLimitPolicyTest {
    private static final SwitchoverPolicy BARE = SwitchoverPolicy.DOWNTIME_LIMIT;

    @Test
    void shouldDivideWhatIsPendingByTheSpeed() {
        assertThat(BARE.decide(Forecasts.of(300)))
                .isEqualTo(new Decision(Verdict.SWITCH, Reason.PENDING_FITS));
        assertThat(BARE.decide(Forecasts.of(301))).isEqualTo(Decision.notYet(Reason.TOO_MUCH_LEFT));
    }

    @Test
    void shouldKnowNothingElse() {
        Remaining written = new Remaining(300 * MEGABYTE, 900 * MEGABYTE, true);
        Past aborted = new Past(9, 9, 0, 1_000_000_000, 0);
        assertThat(
                        BARE.decide(
                                        Forecasts.of(
                                                LIMIT,
                                                written,
                                                aborted,
                                                Forecasts.device("gpu", 1000, 1000, 1000)))
                                .verdict())
                .isEqualTo(Verdict.SWITCH);
    }

    @Test
    void shouldBeTheDefaultWhereNothingIsEnforced() {
        assertThat(SwitchoverPolicy.named("", false)).isSameAs(BARE);
        assertThat(SwitchoverPolicy.named("", true)).isSameAs(SwitchoverPolicy.LEARNED);
        assertThat(SwitchoverPolicy.named("downtime-limit", true)).isSameAs(BARE);
        assertThat(SwitchoverPolicy.named("learned", false)).isSameAs(SwitchoverPolicy.LEARNED);
        assertThatThrownBy(() -> SwitchoverPolicy.named("best", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("name=best");
    }
}
