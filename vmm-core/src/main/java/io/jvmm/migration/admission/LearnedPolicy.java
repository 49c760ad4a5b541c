package io.jvmm.migration.admission;

/**
 * Predicted time to READY + reserve ≤ limit, with what earlier switchovers cost.
 *
 * <p>What was learned only changes with a further attempt, so it must not hold one back for ever.
 * While only that stands in the way, it fades towards the least that each phase ever took: half of
 * the difference is forgotten each {@link #HALF_LIFE_NANOS}. The least of the fixed costs alone is
 * never forgotten; where not even that fits, no moment will, and the migration is refused.
 */
final class LearnedPolicy implements SwitchoverPolicy {
    private static final double HALF_LIFE_NANOS = 10e9;

    @Override
    public String name() {
        return "learned";
    }

    @Override
    public Decision decide(SwitchoverForecast forecast) {
        long room = forecast.limit().nanos() - forecast.limit().reserveNanos();
        SwitchoverForecast.Past past = forecast.past();
        if (room <= 0 || forecast.fixedLeastNanos() > room) {
            return new Decision(Verdict.REFUSE, Reason.NEVER_FITS);
        }
        if (past.sinceAbortNanos() >= 0 && past.sinceAbortNanos() < past.backOffNanos()) {
            return Decision.notYet(Reason.BACK_OFF);
        }
        if (forecast.link().source() == LinkSource.UNKNOWN && forecast.remaining().bytes() > 0) {
            return Decision.notYet(Reason.UNMEASURED);
        }
        if (predictedNanos(forecast) <= room) {
            return Decision.SWITCH;
        }
        return Decision.notYet(
                forecast.leastNanos() > room ? Reason.TOO_MUCH_LEFT : Reason.TOO_LONG);
    }

    /** The whole time to READY, with margins, as far as it is not forgotten yet. */
    private static double predictedNanos(SwitchoverForecast forecast) {
        double least = forecast.leastNanos();
        double beyond = (double) forecast.meanNanos() + forecast.marginNanos() - least;
        return least + beyond * Math.pow(2, -forecast.past().heldBackNanos() / HALF_LIFE_NANOS);
    }
}
