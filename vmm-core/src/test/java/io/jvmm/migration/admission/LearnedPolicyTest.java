package io.jvmm.migration.admission;

import static io.jvmm.migration.admission.Forecasts.LIMIT;
import static io.jvmm.migration.admission.Forecasts.MEGABYTE;
import static io.jvmm.migration.admission.Forecasts.MILLI;
import static io.jvmm.migration.admission.Forecasts.device;
import static io.jvmm.migration.admission.Forecasts.link;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.admission.SwitchoverForecast.Limit;
import io.jvmm.migration.admission.SwitchoverForecast.Link;
import io.jvmm.migration.admission.SwitchoverForecast.Past;
import io.jvmm.migration.admission.SwitchoverForecast.Remaining;
import java.util.List;
import org.junit.jupiter.api.Test;

class LearnedPolicyTest {
    private static Decision decide(SwitchoverForecast forecast) {
        return SwitchoverPolicy.LEARNED.decide(forecast);
    }

    private static Past heldBack(long millis) {
        return new Past(1, 0, SwitchoverForecast.NEVER, 0, millis * MILLI);
    }

    @Test
    void shouldSwitchWhenAllThatIsPredictedFitsWithTheReserve() {
        assertThat(decide(Forecasts.of(295))).isEqualTo(Decision.SWITCH);
        assertThat(decide(Forecasts.of(296)).verdict()).isEqualTo(Verdict.NOT_YET);
        assertThat(decide(Forecasts.of(195, device("serial", 100, 0, 0))))
                .isEqualTo(Decision.SWITCH);
    }

    @Test
    void shouldSayWhetherTheBytesOrTheCostsStandInTheWay() {
        assertThat(decide(Forecasts.of(296))).isEqualTo(Decision.notYet(Reason.TOO_MUCH_LEFT));
        assertThat(decide(Forecasts.of(196, device("serial", 100, 0, 0))))
                .isEqualTo(Decision.notYet(Reason.TOO_LONG));
    }

    @Test
    void shouldKeepTheMarginFree() {
        assertThat(decide(Forecasts.of(195, device("serial", 60, 40, 0))))
                .isEqualTo(Decision.SWITCH);
        assertThat(decide(Forecasts.of(195, device("serial", 60, 41, 0))))
                .isEqualTo(Decision.notYet(Reason.TOO_LONG));
    }

    @Test
    void shouldAddMarginsAsSquares() {
        PredictedPhase one = device("a", 10, 30, 0);
        PredictedPhase other = device("b", 10, 40, 0);
        assertThat(Forecasts.of(0, one, other).marginNanos()).isEqualTo(50 * MILLI);
        assertThat(decide(Forecasts.of(225, one, other))).isEqualTo(Decision.SWITCH);
        assertThat(decide(Forecasts.of(226, one, other)).verdict()).isEqualTo(Verdict.NOT_YET);
    }

    @Test
    void shouldCountWhatIsNotConfirmed() {
        Remaining written = new Remaining(100 * MEGABYTE, 200 * MEGABYTE, true);
        assertThat(decide(Forecasts.of(LIMIT, written, Past.NONE)).verdict())
                .isEqualTo(Verdict.NOT_YET);
    }

    @Test
    void shouldLeaveOutWhatFollowsTheCommit() {
        PredictedPhase handOver =
                new PredictedPhase("hand-over", PhaseKind.COMMIT, 90 * MILLI, 0, 90 * MILLI);
        assertThat(decide(Forecasts.of(295, handOver))).isEqualTo(Decision.SWITCH);
    }

    @Test
    void shouldRefuseWhatNoMomentIsGoodEnoughFor() {
        SwitchoverForecast forecast =
                Forecasts.of(0, device("gpu", 300, 0, 290), device("serial", 6, 0, 6));
        assertThat(decide(forecast)).isEqualTo(new Decision(Verdict.REFUSE, Reason.NEVER_FITS));
        assertThat(Reason.NEVER_FITS.describe(forecast))
                .isEqualTo(
                        "the limit can never be met: save of device gpu takes 290.0 ms,"
                                + " save of device serial takes 6.0 ms, reserve 5.0 ms,"
                                + " limit 300.0 ms");
    }

    @Test
    void shouldRefuseALimitOfNothing() {
        SwitchoverForecast forecast =
                Forecasts.of(new Limit(true, 0, 0, 0), new Remaining(0, 0, true), Past.NONE);
        assertThat(decide(forecast).verdict()).isEqualTo(Verdict.REFUSE);
        assertThat(Reason.NEVER_FITS.describe(forecast))
                .isEqualTo(
                        "the limit can never be met: nothing is left of it,"
                                + " reserve 0.0 ms, limit 0.0 ms");
    }

    @Test
    void shouldNotRefuseForALinkHoweverSlowItWas() {
        assertThat(decide(Forecasts.of(0, link(400, 0, 400))).verdict()).isEqualTo(Verdict.NOT_YET);
    }

    @Test
    void shouldWaitAfterAnAbort() {
        Past early = new Past(1, 1, 499 * MILLI, 500 * MILLI, 0);
        Past late = new Past(1, 1, 500 * MILLI, 500 * MILLI, 0);
        Remaining nothing = new Remaining(0, 0, true);
        assertThat(decide(Forecasts.of(LIMIT, nothing, early)))
                .isEqualTo(Decision.notYet(Reason.BACK_OFF));
        assertThat(decide(Forecasts.of(LIMIT, nothing, late))).isEqualTo(Decision.SWITCH);
    }

    @Test
    void shouldNotBeHeldBackForEverByWhatItLearned() {
        Remaining little = new Remaining(10 * MEGABYTE, 0, true);
        PredictedPhase costly = device("gpu", 400, 100, 200);
        assertThat(decide(Forecasts.of(LIMIT, little, heldBack(0), costly)))
                .isEqualTo(Decision.notYet(Reason.TOO_LONG));
        assertThat(decide(Forecasts.of(LIMIT, little, heldBack(10_000), costly)).verdict())
                .as("half is forgotten")
                .isEqualTo(Verdict.NOT_YET);
        assertThat(decide(Forecasts.of(LIMIT, little, heldBack(20_000), costly)))
                .as("three quarters")
                .isEqualTo(Decision.SWITCH);
    }

    @Test
    void shouldNeverForgetTheLeast() {
        Remaining little = new Remaining(96 * MEGABYTE, 0, true);
        assertThat(
                        decide(
                                Forecasts.of(
                                        LIMIT,
                                        little,
                                        heldBack(3_600_000),
                                        device("gpu", 400, 0, 200))))
                .isEqualTo(Decision.notYet(Reason.TOO_MUCH_LEFT));
    }

    @Test
    void shouldNotStopBeforeTheLinkIsKnown() {
        SwitchoverForecast known = Forecasts.of(1);
        SwitchoverForecast unknown =
                new SwitchoverForecast(
                        1,
                        0,
                        known.peer(),
                        known.limit(),
                        known.remaining(),
                        new Link(LinkSource.UNKNOWN, 0, 0),
                        List.of(
                                new PredictedPhase(
                                        "transfer",
                                        PhaseKind.LINK,
                                        Long.MAX_VALUE,
                                        Long.MAX_VALUE / 4,
                                        Long.MAX_VALUE),
                                link(20, 0, 0)),
                        Past.NONE);
        assertThat(decide(unknown)).isEqualTo(Decision.notYet(Reason.UNMEASURED));
        assertThat(SwitchoverPolicy.DOWNTIME_LIMIT.decide(unknown))
                .isEqualTo(Decision.notYet(Reason.UNMEASURED));
    }

    @Test
    void shouldDecideByTheWholeLimitAndTheBareRuleByItsOwn() {
        Limit both = new Limit(true, 310 * MILLI, 300 * MILLI, 5 * MILLI);
        Remaining remaining = new Remaining(304 * MEGABYTE, 0, true);
        SwitchoverForecast forecast = Forecasts.of(both, remaining, Past.NONE);
        assertThat(decide(forecast)).isEqualTo(Decision.SWITCH);
        assertThat(SwitchoverPolicy.DOWNTIME_LIMIT.decide(forecast).verdict())
                .isEqualTo(Verdict.NOT_YET);
    }
}
