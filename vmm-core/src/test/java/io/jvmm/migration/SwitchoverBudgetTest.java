package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class SwitchoverBudgetTest {
    private static final long MILLI = 1_000_000;

    private static final MigrationCapabilities ABORT =
            MigrationCapabilities.none()
                    .with(Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));

    private static MigrationParameters limits(long downtime, long switchover) {
        return MigrationParameters.defaults()
                .with(
                        Map.of(
                                MigrationParameter.DOWNTIME_LIMIT,
                                new ParameterValue.Unsigned(downtime),
                                MigrationParameter.SWITCHOVER_LIMIT,
                                new ParameterValue.Unsigned(switchover)));
    }

    @Test
    void shouldAddBothLimitsWhenEnforced() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(300, 10), 0, 0);
        assertThat(budget.limitMillis()).isEqualTo(310);
        assertThat(budget.deadline(7)).isEqualTo(7 + 305 * MILLI);
    }

    @Test
    void shouldKnowTheDowntimeLimitAloneWhenNotEnforced() {
        SwitchoverBudget budget =
                SwitchoverBudget.of(MigrationCapabilities.none(), limits(300, 10), 0, 0);
        assertThat(budget.limitMillis()).isEqualTo(300);
        assertThat(budget.reserveNanos()).isZero();
    }

    @Test
    void shouldKeepAtMostHalfOfASmallLimitBack() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(4, 0), 0, 0);
        assertThat(budget.reserveNanos()).isEqualTo(MILLI);
        assertThat(budget.usualFixedNanos()).isEqualTo(MILLI);
    }

    @Test
    void shouldHaveNothingWithoutALimit() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(0, 0), 0, 0);
        assertThat(budget.usualFixedNanos()).isZero();
        assertThat(budget.deadline(5)).isEqualTo(5);
    }

    @Test
    void shouldKeepWhatTheDevicesNeedToComeBackInReserve() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(300, 10), 7 * MILLI, 0);
        assertThat(budget.reserveNanos()).isEqualTo(19 * MILLI);
        assertThat(SwitchoverBudget.of(ABORT, limits(30, 0), 70 * MILLI, 0).reserveNanos())
                .as("never more than half")
                .isEqualTo(15 * MILLI);
        assertThat(SwitchoverBudget.of(MigrationCapabilities.none(), limits(300, 10), 7 * MILLI, 0))
                .extracting(SwitchoverBudget::reserveNanos)
                .isEqualTo(0L);
    }

    @Test
    void shouldKeepWhatACommitTookInReserveWhereThatIsMore() {
        assertThat(SwitchoverBudget.of(ABORT, limits(300, 10), 7 * MILLI, 40 * MILLI))
                .extracting(SwitchoverBudget::reserveNanos)
                .isEqualTo(40 * MILLI);
        assertThat(SwitchoverBudget.of(ABORT, limits(300, 10), 7 * MILLI, 18 * MILLI))
                .extracting(SwitchoverBudget::reserveNanos)
                .isEqualTo(19 * MILLI);
    }
}
