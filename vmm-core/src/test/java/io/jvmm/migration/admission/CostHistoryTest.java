package io.jvmm.migration.admission;

import static io.jvmm.migration.admission.Forecasts.MILLI;
import static io.jvmm.migration.admission.Forecasts.PEER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class CostHistoryTest {
    private static final String OTHER = "tcp:192.0.2.2";

    private final CostHistory history = new CostHistory();

    private void learn(PhaseKind kind, String name, long millis, boolean whole) {
        history.learn(PEER, new CostSample(kind, name, millis * MILLI, whole));
    }

    private PredictedPhase only() {
        List<PredictedPhase> phases = history.predict(PEER);
        assertThat(phases).hasSize(1);
        return phases.getFirst();
    }

    @Test
    void shouldKnowNothingAtFirst() {
        assertThat(history.predict(PEER)).isEmpty();
    }

    @Test
    void shouldBeUnsureOfWhatItHasSeenOnce() {
        learn(PhaseKind.DEVICE, "save of device a", 10, true);
        assertThat(only().meanNanos()).isEqualTo(10 * MILLI);
        assertThat(only().marginNanos()).isEqualTo(5 * MILLI);
        assertThat(only().leastNanos()).isEqualTo(10 * MILLI);
    }

    @Test
    void shouldGrowSurerOfWhatStaysTheSame() {
        for (int i = 0; i < 100; i++) {
            learn(PhaseKind.DEVICE, "save of device a", 10, true);
        }
        assertThat(only().marginNanos()).isLessThan(MILLI / 5);
    }

    @Test
    void shouldKeepAMarginForWhatVaries() {
        for (int i = 0; i < 100; i++) {
            learn(PhaseKind.DEVICE, "save of device a", i % 2 == 0 ? 8 : 12, true);
        }
        assertThat(only().meanNanos()).isBetween(9 * MILLI, 11 * MILLI);
        assertThat(only().marginNanos()).isBetween(5 * MILLI, 8 * MILLI);
        assertThat(only().leastNanos()).isEqualTo(8 * MILLI);
    }

    @Test
    void shouldFollowAChange() {
        for (int i = 0; i < 20; i++) {
            learn(PhaseKind.DEVICE, "save of device a", 10, true);
        }
        for (int i = 0; i < 40; i++) {
            learn(PhaseKind.DEVICE, "save of device a", 100, true);
        }
        assertThat(only().meanNanos()).isGreaterThan(95 * MILLI);
    }

    @Test
    void shouldTakeAnAbortedPhaseForALowerBound() {
        learn(PhaseKind.DEVICE, "save of device a", 295, false);
        assertThat(only().leastNanos()).as("twice what it had").isEqualTo(590 * MILLI);
        assertThat(only().name())
                .isEqualTo("save of device a (twice what it had when it was aborted)");
        assertThat(only().marginNanos()).as("it says nothing of a variance").isZero();
        learn(PhaseKind.DEVICE, "save of device a", 12, false);
        assertThat(only().leastNanos()).as("a shorter bound says less").isEqualTo(590 * MILLI);
        learn(PhaseKind.DEVICE, "save of device a", 500, false);
        assertThat(only().leastNanos()).isEqualTo(1000 * MILLI);
    }

    @Test
    void shouldBelieveAMeasurementMoreThanABound() {
        learn(PhaseKind.DEVICE, "save of device a", 295, false);
        learn(PhaseKind.DEVICE, "save of device a", 10, true);
        assertThat(only().meanNanos()).isEqualTo(10 * MILLI);
        assertThat(only().leastNanos()).isEqualTo(10 * MILLI);
        learn(PhaseKind.DEVICE, "save of device a", 295, false);
        assertThat(only().meanNanos()).isGreaterThan(100 * MILLI);
        assertThat(only().leastNanos()).isEqualTo(10 * MILLI);
    }

    @Test
    void shouldNotTakeAStalledHostOrLinkForTheirBest() {
        learn(PhaseKind.HOST, "stop of the vCPUs", 295, false);
        assertThat(only().leastNanos()).isZero();
        assertThat(only().meanNanos()).isEqualTo(295 * MILLI);
    }

    @Test
    void shouldKeepPeersApartButForWhatIsThisSidesOwn() {
        learn(PhaseKind.DEVICE, "save of device a", 10, true);
        learn(PhaseKind.LINK, "rest", 20, true);
        learn(PhaseKind.COMMIT, "hand-over", 3, true);
        assertThat(history.predict(PEER)).hasSize(3);
        assertThat(history.predict(OTHER))
                .extracting(PredictedPhase::name)
                .containsExactly("save of device a");
    }

    @Test
    void shouldForgetWhatWasNotMeasuredForLongest() {
        for (int i = 0; i < CostHistory.CAPACITY; i++) {
            learn(PhaseKind.DEVICE, "device " + i, 10, true);
        }
        learn(PhaseKind.DEVICE, "device 0", 10, true);
        learn(PhaseKind.DEVICE, "one more", 10, true);
        assertThat(history.predict(PEER))
                .hasSize(CostHistory.CAPACITY)
                .extracting(PredictedPhase::name)
                .contains("device 0", "one more")
                .doesNotContain("device 1");
    }

    @Test
    void shouldTakeOverWhatAnotherProcessLearnedWhereItKnowsNothingItself() {
        learn(PhaseKind.DEVICE, "save of device a", 10, true);
        CostHistory other = new CostHistory();
        other.learn(PEER, new CostSample(PhaseKind.DEVICE, "save of device a", 99, true));
        other.learn(PEER, new CostSample(PhaseKind.LINK, "rest", 77, true));
        history.add(other.costs());
        assertThat(history.predict(PEER))
                .extracting(PredictedPhase::meanNanos)
                .containsExactly(10 * MILLI, 77L);
    }

    @Test
    void shouldCutANameThatAPeerMadeLong() {
        learn(PhaseKind.PEER, "x".repeat(5000), 10, true);
        assertThat(only().name()).hasSize(CostKey.MAX_LENGTH);
        assertThatThrownBy(() -> new CostKey(PhaseKind.PEER, PEER, "x".repeat(5000)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new CostKey(PhaseKind.DEVICE, PEER, "x"))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldRejectFiguresThatCannotBe() {
        assertThatThrownBy(() -> new Estimate(1, 2, 0, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Estimate(1, 1, -1, 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Estimate(1, 1, 0, Double.NaN, 0))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PredictedPhase("x", PhaseKind.LINK, 1, 0, 2))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
