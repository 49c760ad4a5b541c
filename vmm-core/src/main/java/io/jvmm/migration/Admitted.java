package io.jvmm.migration;

import io.jvmm.migration.admission.PredictedPhase;
import io.jvmm.migration.admission.SwitchoverForecast;
import io.jvmm.migration.switchover.Reserves;
import io.jvmm.migration.switchover.SwitchoverPhase;

/**
 * A switchover that may be tried.
 *
 * @param budget how long it may take, what of that stays in reserve, and its deadline
 * @param forecast what it was admitted on: what each phase is expected to take
 */
record Admitted(SwitchoverBudget budget, SwitchoverForecast forecast) {
    private static final String RAM = "ram";

    /** What is expected of each phase, mean and margin, for the ledger. */
    Reserves reserves() {
        return this::nanosFor;
    }

    private long nanosFor(SwitchoverPhase phase, String device) {
        return switch (phase) {
            case RAM_FLUSH ->
                    device.equals(RAM)
                            ? planned(ForecastMaker.TRANSFER)
                            : planned(phase.describe(device));
            case DESTINATION_LOAD ->
                    planned(AttemptSamples.REST) + planned(ForecastMaker.ROUND_TRIP);
            default -> planned(phase.describe(device));
        };
    }

    private long planned(String name) {
        long sum = 0;
        for (PredictedPhase phase : forecast.phases()) {
            sum += phase.name().startsWith(name) ? phase.meanNanos() + phase.marginNanos() : 0;
        }
        return sum;
    }
}
