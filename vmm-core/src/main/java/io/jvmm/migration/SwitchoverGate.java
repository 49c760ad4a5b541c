package io.jvmm.migration;

import io.jvmm.migration.admission.AttemptResult;
import io.jvmm.migration.admission.AttemptResult.Outcome;
import io.jvmm.migration.admission.Decision;
import io.jvmm.migration.admission.PhaseKind;
import io.jvmm.migration.admission.Reason;
import io.jvmm.migration.admission.SwitchoverAdmission;
import io.jvmm.migration.admission.SwitchoverForecast;
import io.jvmm.migration.admission.SwitchoverPolicy;
import io.jvmm.migration.admission.Verdict;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSum;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.stream.NanoClock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides, before each stop of one migration, whether it may be tried; and learns from each attempt
 * that was. Migration thread, while the guest runs.
 */
final class SwitchoverGate {
    private static final long KEEP_NANOS = 10_000_000_000L;
    private static final long FIRST_BACK_OFF_NANOS = 500_000_000;
    private static final long LONGEST_BACK_OFF_NANOS = 30_000_000_000L;

    private final SwitchoverAdmission admission;
    private final SourceProgress progress;
    private final SwitchoverDevices devices;
    private final MigrationCapabilities capabilities;
    private final ForecastMaker forecasts;
    private final NanoClock clock;
    private MigrationParameters seen = MigrationParameters.defaults();
    private @Nullable Admitted admitted;
    private int stops;
    private int vain;
    private long lastAbort = SwitchoverForecast.NEVER;
    private long heldSince = SwitchoverForecast.NEVER;
    private long lastKept;

    SwitchoverGate(
            SwitchoverAdmission admission,
            SourceProgress progress,
            SwitchoverDevices devices,
            MigrationCapabilities capabilities,
            NanoClock clock) {
        this.admission = admission;
        this.progress = progress;
        this.devices = devices;
        this.capabilities = capabilities;
        this.clock = clock;
        this.forecasts = new ForecastMaker(admission.history(), progress);
        this.lastKept = clock.nanoTime();
    }

    /**
     * Looks at the cheap estimate of what is left first: the exact one syncs the dirty logs, which
     * begins a pass.
     *
     * @return what an attempt is admitted with; null if none is to be tried yet
     * @throws MigrationException if none will ever be
     */
    @Nullable Admitted decide(MigrationParameters now) {
        seen = now;
        admission.remember(now.switchoverStateFile());
        long time = clock.nanoTime();
        keepNowAndThen(time);
        SwitchoverBudget budget = budget();
        devices.requireRollbackWithin(budget);
        SwitchoverForecast forecast = forecast(budget, progress.pendingEstimate(), false, time);
        if (policy().decide(forecast).verdict() == Verdict.SWITCH) {
            forecast = forecast(budget, progress.pendingExact(), true, time);
        }
        Decision decision = admission.decide(policy(), forecast, now.isSwitchoverDryRun());
        noteHeld(decision.reason(), time);
        return switch (decision.verdict()) {
            case NOT_YET -> null;
            case SWITCH -> now.isSwitchoverDryRun() ? null : admit(budget, forecast);
            case REFUSE -> throw new MigrationException(decision.reason().describe(forecast));
        };
    }

    private SwitchoverPolicy policy() {
        return SwitchoverPolicy.named(
                seen.switchoverPolicy(), capabilities.isOn(Capability.SWITCHOVER_ABORT));
    }

    private SwitchoverBudget budget() {
        long commit = 0;
        for (var phase : admission.history().predict(progress.peer())) {
            if (phase.kind() == PhaseKind.COMMIT) {
                commit += phase.meanNanos() + phase.marginNanos();
            }
        }
        return SwitchoverBudget.of(capabilities, seen, devices.rollbackNanos(), commit);
    }

    private SwitchoverForecast forecast(
            SwitchoverBudget budget, long pending, boolean exact, long time) {
        SwitchoverForecast.Past past =
                new SwitchoverForecast.Past(
                        stops, vain, since(lastAbort, time), backOffNanos(), held(time));
        return forecasts.make(budget, seen, past, forecasts.remaining(pending, exact), time);
    }

    private static long since(long then, long now) {
        return then == SwitchoverForecast.NEVER ? SwitchoverForecast.NEVER : now - then;
    }

    private long held(long now) {
        return Math.max(0, since(heldSince, now));
    }

    private long backOffNanos() {
        return vain == 0
                ? 0
                : Math.min(LONGEST_BACK_OFF_NANOS, FIRST_BACK_OFF_NANOS << Math.min(vain - 1, 10));
    }

    /** Only what was learned stands in the way, since when? */
    private void noteHeld(Reason reason, long time) {
        if (reason != Reason.TOO_LONG) {
            heldSince = SwitchoverForecast.NEVER;
        } else if (heldSince == SwitchoverForecast.NEVER) {
            heldSince = time;
        }
    }

    private Admitted admit(SwitchoverBudget budget, SwitchoverForecast forecast) {
        stops++;
        Admitted made = new Admitted(budget, forecast);
        admitted = made;
        return made;
    }

    /** See {@link PrecopyLoop#attemptEnded}. */
    void attemptEnded(SourceHandover.State state, List<LedgerLine> lines) {
        Admitted attempt = admitted;
        if (attempt == null) {
            return;
        }
        progress.wire().end();
        Outcome outcome = outcome(state);
        if (outcome == Outcome.OVERRAN) {
            vain++;
            lastAbort = clock.nanoTime();
        }
        admission.ended(
                policy(),
                attempt.forecast(),
                new AttemptResult(
                        outcome,
                        spentNanos(lines),
                        outcome == Outcome.COMMITTED ? "" : AttemptSamples.decidedIn(lines),
                        AttemptSamples.of(
                                lines,
                                progress.wire(),
                                outcome == Outcome.COMMITTED,
                                ForecastMaker.linkNanos(attempt.forecast()))));
        admitted = null;
        keep();
    }

    private static long spentNanos(List<LedgerLine> lines) {
        long sum = 0;
        for (LedgerLine line : lines) {
            sum += line.sum() == LedgerSum.TOTAL ? line.spentNanos() : 0;
        }
        return sum;
    }

    private static Outcome outcome(SourceHandover.State state) {
        return switch (state) {
            case COMMITTED, UNKNOWN, COMPLETED, RETURNED, RESUMED, GIVEN_UP -> Outcome.COMMITTED;
            case ITERATING, ROLLING_BACK, EXPIRED -> Outcome.OVERRAN;
            case STOPPED, CANCELLED, FAILED -> Outcome.ENDED;
        };
    }

    private void keepNowAndThen(long time) {
        if (time - lastKept >= KEEP_NANOS) {
            keep();
            lastKept = time;
        }
    }

    /** Writes what is to be kept beyond this process. */
    void keep() {
        admission.keep(seen.switchoverStateFile(), seen.switchoverDecisionLog());
    }
}
