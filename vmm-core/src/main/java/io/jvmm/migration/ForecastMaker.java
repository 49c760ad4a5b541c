package io.jvmm.migration;

import io.jvmm.migration.admission.CostHistory;
import io.jvmm.migration.admission.LinkSource;
import io.jvmm.migration.admission.PhaseKind;
import io.jvmm.migration.admission.PredictedPhase;
import io.jvmm.migration.admission.SwitchoverForecast;
import io.jvmm.migration.admission.SwitchoverForecast.Link;
import io.jvmm.migration.admission.SwitchoverForecast.Remaining;
import java.util.ArrayList;
import java.util.List;

/** Puts together what a decision needs to know. Migration thread. */
final class ForecastMaker {
    /** What is left, at the speed of the link. */
    static final String TRANSFER = "transfer of what is left";

    /** From the last byte to the answer to it. */
    static final String ROUND_TRIP = "round trip";

    /**
     * Less than a page on its way is no state: rounds without pages, and the questions behind them.
     */
    private static final long LEAST_UNCONFIRMED = 4096;

    /** Longer than any attempt, and short enough to be added up. */
    private static final long LONGEST_NANOS = 1L << 60;

    private static final String USUAL = "what has not been measured yet";
    private static final double NANOS_PER_SECOND = 1e9;

    private final CostHistory history;
    private final SourceProgress progress;

    ForecastMaker(CostHistory history, SourceProgress progress) {
        this.history = history;
        this.progress = progress;
    }

    /** What is pending, and what is on its way. */
    Remaining remaining(long pending, boolean exact) {
        RoundConfirmations rounds = progress.confirmations();
        long unconfirmed = rounds == null ? 0 : rounds.unconfirmed(progress.position());
        return new Remaining(pending, unconfirmed < LEAST_UNCONFIRMED ? 0 : unconfirmed, exact);
    }

    SwitchoverForecast make(
            SwitchoverBudget budget,
            MigrationParameters now,
            SwitchoverForecast.Past past,
            Remaining remaining,
            long time) {
        long given = now.availSwitchoverBandwidth();
        RoundConfirmations rounds = progress.confirmations();
        long roundTrip = rounds == null ? 0 : rounds.roundTripNanos();
        List<PredictedPhase> phases = new ArrayList<>();
        phases.add(transfer(remaining.bytes(), given));
        if (rounds != null) {
            phases.add(roundTrip(rounds));
        }
        phases.addAll(history.predict(progress.peer()));
        addUsual(phases, budget);
        return new SwitchoverForecast(
                past.stops() + 1,
                time,
                progress.peer(),
                new SwitchoverForecast.Limit(
                        budget.enforced(),
                        budget.limitNanos(),
                        now.downtimeLimitMillis() * 1_000_000,
                        budget.reserveNanos()),
                remaining,
                new Link(
                        given == 0 ? progress.bandwidth().source() : LinkSource.GIVEN,
                        given == 0 ? Math.round(progress.bandwidth().bytesPerSecond()) : given,
                        roundTrip),
                phases,
                past);
    }

    /**
     * What of a forecast the link was expected to take; a speed that is not known is no forecast.
     */
    static long linkNanos(SwitchoverForecast forecast) {
        long sum = 0;
        for (PredictedPhase phase : forecast.phases()) {
            boolean ofLink = phase.name().equals(TRANSFER) || phase.name().equals(ROUND_TRIP);
            sum += ofLink ? Math.min(phase.meanNanos(), LONGEST_NANOS) : 0;
        }
        return sum;
    }

    private PredictedPhase transfer(long bytes, long given) {
        if (given != 0) {
            long nanos = (long) ((double) bytes / given * NANOS_PER_SECOND);
            return new PredictedPhase(TRANSFER, PhaseKind.LINK, nanos, 0, nanos);
        }
        long mean = progress.bandwidth().meanNanosFor(bytes);
        long margin = progress.bandwidth().marginNanosFor(bytes);
        return new PredictedPhase(TRANSFER, PhaseKind.LINK, mean, margin, mean);
    }

    private static PredictedPhase roundTrip(RoundConfirmations rounds) {
        long mean = rounds.roundTripNanos();
        long margin = rounds.roundTripMarginNanos();
        return new PredictedPhase(ROUND_TRIP, PhaseKind.LINK, mean, margin, mean);
    }

    /** Until a switchover to this peer has been measured, something is taken for what it costs. */
    private static void addUsual(List<PredictedPhase> phases, SwitchoverBudget budget) {
        long known = 0;
        for (PredictedPhase phase : phases) {
            if (phase.name().equals(AttemptSamples.REST)) {
                return;
            }
            known += phase.kind().isFixed() ? phase.meanNanos() : 0;
        }
        long usual = Math.max(0, budget.usualFixedNanos() - known);
        phases.add(PredictedPhase.assumed(USUAL, PhaseKind.LINK, usual));
    }
}
