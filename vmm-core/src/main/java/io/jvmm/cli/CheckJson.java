package io.jvmm.cli;

import io.jvmm.monitor.json.Json;
import io.jvmm.vfio.SessionAnswer;
import io.jvmm.vfio.check.CheckReport;
import io.jvmm.vfio.check.CheckResult;
import io.jvmm.vfio.check.Timing;
import io.jvmm.vfio.check.TransitionResult;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A report of {@code vfio-check} for machines; times are in nanoseconds. */
final class CheckJson {
    private CheckJson() {}

    /** The report as one object. */
    static Json.Obj of(CheckReport report) {
        return new Json.Obj()
                .put("device", report.device())
                .put("destination", report.second().orElse(report.device()))
                .put("p2p", report.support().p2p())
                .put("pre-copy", report.support().preCopy())
                .put("passed", report.passed())
                .put("transitions", array(report.transitions(), CheckJson::transition))
                .put("checks", array(report.checks(), CheckJson::check));
    }

    private static Json transition(TransitionResult result) {
        Json.Obj transition =
                new Json.Obj()
                        .put("from", result.transition().from().toString())
                        .put("loaded", result.transition().loaded())
                        .put("to", result.transition().to().toString())
                        .put("result", word(result.mark()));
        if (result.session() != SessionAnswer.UNTOLD) {
            transition.put("new-session", result.session() == SessionAnswer.BEGUN);
        }
        return timed(
                timed(detailed(transition, result.detail()), "direct", result.direct()),
                "stepwise",
                result.stepwise());
    }

    private static Json check(CheckResult result) {
        Json.Obj check =
                new Json.Obj().put("name", result.name()).put("result", word(result.outcome()));
        return timed(detailed(check, result.detail()), "time", result.timing());
    }

    private static Json.Obj detailed(Json.Obj object, String detail) {
        return detail.isEmpty() ? object : object.put("detail", detail);
    }

    private static Json.Obj timed(Json.Obj object, String name, Timing timing) {
        if (timing.count() == 0) {
            return object;
        }
        return object.put(
                name,
                new Json.Obj()
                        .put("count", timing.count())
                        .put("p50", timing.p50Nanos())
                        .put("p99", timing.p99Nanos())
                        .put("max", timing.maxNanos()));
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static <T> Json.Arr array(List<T> items, Function<T, Json> each) {
        return new Json.Arr(items.stream().map(each).toList());
    }
}
