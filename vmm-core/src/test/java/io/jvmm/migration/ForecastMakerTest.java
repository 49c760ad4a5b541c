package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.admission.LinkSource;
import io.jvmm.migration.admission.PhaseKind;
import io.jvmm.migration.admission.PredictedPhase;
import io.jvmm.migration.admission.SwitchoverForecast;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForecastMakerTest {
    private static SwitchoverForecast forecast(long transferNanos, long roundTripNanos) {
        return new SwitchoverForecast(
                1,
                0,
                "peer",
                new SwitchoverForecast.Limit(true, 300, 300, 5),
                new SwitchoverForecast.Remaining(1, 0, true),
                new SwitchoverForecast.Link(LinkSource.UNKNOWN, 0, 0),
                List.of(
                        phase(ForecastMaker.TRANSFER, transferNanos),
                        phase(ForecastMaker.ROUND_TRIP, roundTripNanos),
                        phase("rest", 100)),
                SwitchoverForecast.Past.NONE);
    }

    private static PredictedPhase phase(String name, long nanos) {
        return new PredictedPhase(name, PhaseKind.LINK, nanos, 0, nanos);
    }

    @Test
    void shouldAddUpWhatTheLinkWasExpectedToTake() {
        assertThat(ForecastMaker.linkNanos(forecast(7, 5))).isEqualTo(12);
    }

    /** An attempt of which the link's part is not known leaves no rest for anything else. */
    @Test
    void shouldNotOverflowWhileTheSpeedIsNotKnown() {
        assertThat(ForecastMaker.linkNanos(forecast(Long.MAX_VALUE, 5)))
                .isGreaterThan(1L << 50)
                .isLessThan(Long.MAX_VALUE / 2);
    }
}
