package io.jvmm.migration.admission;

import io.jvmm.migration.admission.SwitchoverForecast.Limit;
import io.jvmm.migration.admission.SwitchoverForecast.Link;
import io.jvmm.migration.admission.SwitchoverForecast.Past;
import io.jvmm.migration.admission.SwitchoverForecast.Remaining;
import java.util.List;

/** Forecasts for tests: a limit of 300 ms, 5 ms of it in reserve, a link of 1 MB per ms. */
final class Forecasts {
    static final long MILLI = 1_000_000;
    static final long MEGABYTE = 1_000_000;
    static final String PEER = "tcp:192.0.2.1";
    static final Limit LIMIT = new Limit(true, 300 * MILLI, 300 * MILLI, 5 * MILLI);

    private Forecasts() {}

    static SwitchoverForecast of(long megabytes, PredictedPhase... costs) {
        return of(LIMIT, new Remaining(megabytes * MEGABYTE, 0, true), Past.NONE, costs);
    }

    static SwitchoverForecast of(
            Limit limit, Remaining remaining, Past past, PredictedPhase... costs) {
        long transfer = remaining.bytes() / MEGABYTE * MILLI;
        java.util.ArrayList<PredictedPhase> phases = new java.util.ArrayList<>();
        phases.add(new PredictedPhase("transfer", PhaseKind.LINK, transfer, 0, transfer));
        phases.addAll(List.of(costs));
        return new SwitchoverForecast(
                past.stops() + 1,
                17,
                PEER,
                limit,
                remaining,
                new Link(LinkSource.CONFIRMED, 1000 * MEGABYTE, MILLI),
                phases,
                past);
    }

    static PredictedPhase device(String name, long mean, long margin, long least) {
        return new PredictedPhase(
                "save of device " + name,
                PhaseKind.DEVICE,
                mean * MILLI,
                margin * MILLI,
                least * MILLI);
    }

    static PredictedPhase link(long mean, long margin, long least) {
        return new PredictedPhase(
                "rest", PhaseKind.LINK, mean * MILLI, margin * MILLI, least * MILLI);
    }
}
