package io.jvmm.monitor.decision;

import io.jvmm.migration.admission.LinkSource;
import io.jvmm.migration.admission.PhaseKind;
import io.jvmm.migration.admission.PredictedPhase;
import io.jvmm.migration.admission.SwitchoverForecast;
import io.jvmm.migration.admission.SwitchoverForecast.Limit;
import io.jvmm.migration.admission.SwitchoverForecast.Link;
import io.jvmm.migration.admission.SwitchoverForecast.Past;
import io.jvmm.migration.admission.SwitchoverForecast.Remaining;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonException;
import java.util.ArrayList;
import java.util.List;

/**
 * The inputs of a decision as JSON; the sums that a policy makes of them are written for people and
 * are not read back.
 */
final class ForecastJson {
    private ForecastJson() {}

    static Json.Obj of(SwitchoverForecast forecast) {
        Limit limit = forecast.limit();
        Remaining remaining = forecast.remaining();
        Link link = forecast.link();
        Past past = forecast.past();
        return new Json.Obj()
                .put("attempt", forecast.attempt())
                .put("clock-ns", forecast.atNanos())
                .put("peer", forecast.peer())
                .put("enforced", limit.enforced())
                .put("limit-ns", limit.nanos())
                .put("downtime-limit-ns", limit.downtimeNanos())
                .put("reserve-ns", limit.reserveNanos())
                .put("pending-bytes", remaining.pendingBytes())
                .put("unconfirmed-bytes", remaining.unconfirmedBytes())
                .put("exact", remaining.exact())
                .put("bandwidth-source", link.source().code())
                .put("bytes-per-second", link.bytesPerSecond())
                .put("round-trip-ns", link.roundTripNanos())
                .put("stops", past.stops())
                .put("stops-in-vain", past.vain())
                .put("since-abort-ns", past.sinceAbortNanos())
                .put("back-off-ns", past.backOffNanos())
                .put("held-back-ns", past.heldBackNanos())
                .put("predicted-ns", forecast.meanNanos())
                .put("margin-ns", forecast.marginNanos())
                .put("phases", new Json.Arr(phases(forecast.phases())));
    }

    private static List<Json> phases(List<PredictedPhase> phases) {
        List<Json> items = new ArrayList<>();
        for (PredictedPhase phase : phases) {
            items.add(
                    new Json.Obj()
                            .put("name", phase.name())
                            .put("kind", phase.kind().code())
                            .put("mean-ns", phase.meanNanos())
                            .put("margin-ns", phase.marginNanos())
                            .put("least-ns", phase.leastNanos()));
        }
        return items;
    }

    static SwitchoverForecast parse(Json.Obj json) {
        return new SwitchoverForecast(
                Math.toIntExact(json.integer("attempt")),
                json.integer("clock-ns"),
                json.string("peer"),
                new Limit(
                        flag(json, "enforced"),
                        json.integer("limit-ns"),
                        json.integer("downtime-limit-ns"),
                        json.integer("reserve-ns")),
                new Remaining(
                        json.integer("pending-bytes"),
                        json.integer("unconfirmed-bytes"),
                        flag(json, "exact")),
                new Link(
                        LinkSource.fromCode(json.string("bandwidth-source")),
                        json.integer("bytes-per-second"),
                        json.integer("round-trip-ns")),
                parsePhases(json),
                new Past(
                        Math.toIntExact(json.integer("stops")),
                        Math.toIntExact(json.integer("stops-in-vain")),
                        json.integer("since-abort-ns"),
                        json.integer("back-off-ns"),
                        json.integer("held-back-ns")));
    }

    private static List<PredictedPhase> parsePhases(Json.Obj json) {
        if (!(json.find("phases").orElse(null) instanceof Json.Arr(List<Json> items))) {
            throw new JsonException("member 'phases' is not an array");
        }
        List<PredictedPhase> phases = new ArrayList<>();
        for (Json item : items) {
            if (!(item instanceof Json.Obj phase)) {
                throw new JsonException("a phase is an object");
            }
            phases.add(
                    new PredictedPhase(
                            phase.string("name"),
                            PhaseKind.fromCode(phase.string("kind")),
                            phase.integer("mean-ns"),
                            phase.integer("margin-ns"),
                            phase.integer("least-ns")));
        }
        return phases;
    }

    private static boolean flag(Json.Obj json, String name) {
        if (json.find(name).orElse(null) instanceof Json.Bool(boolean value)) {
            return value;
        }
        throw new JsonException("member '" + name + "' is not a boolean");
    }
}
