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
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(300, 10), 0);
        assertThat(budget.limitMillis()).isEqualTo(310);
        assertThat(budget.deadline(7)).isEqualTo(7 + 305 * MILLI);
    }

    @Test
    void shouldKnowTheDowntimeLimitAloneWhenNotEnforced() {
        SwitchoverBudget budget =
                SwitchoverBudget.of(MigrationCapabilities.none(), limits(300, 10), 0);
        assertThat(budget.limitMillis()).isEqualTo(300);
        assertThat(budget.reserveNanos()).isZero();
        assertThat(budget.admits(300 * MILLI)).isTrue();
        assertThat(budget.admits(300 * MILLI + 1)).isFalse();
    }

    @Test
    void shouldAdmitLessThanTheLimitWhenEnforced() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(300, 0), 0);
        assertThat(budget.admits(275 * MILLI)).isTrue();
        assertThat(budget.admits(275 * MILLI + 1)).isFalse();
    }

    @Test
    void shouldKeepAtMostHalfOfASmallLimitBack() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(4, 0), 0);
        assertThat(budget.reserveNanos()).isEqualTo(MILLI);
        assertThat(budget.admits(2 * MILLI)).isTrue();
    }

    @Test
    void shouldAdmitOnlyAnEmptyTransferWithoutABudget() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(0, 0), 0);
        assertThat(budget.admits(0)).isTrue();
        assertThat(budget.admits(1)).isFalse();
        assertThat(budget.deadline(5)).isEqualTo(5);
    }

    @Test
    void shouldKeepWhatTheDevicesNeedToComeBackInReserve() {
        SwitchoverBudget budget = SwitchoverBudget.of(ABORT, limits(300, 10), 7_000_000);
        assertThat(budget.reserveNanos()).isEqualTo(19_000_000);
        assertThat(SwitchoverBudget.of(ABORT, limits(30, 0), 70_000_000).reserveNanos())
                .as("never more than half")
                .isEqualTo(15_000_000);
        assertThat(SwitchoverBudget.of(MigrationCapabilities.none(), limits(300, 10), 7_000_000))
                .extracting(SwitchoverBudget::reserveNanos)
                .isEqualTo(0L);
    }
}
