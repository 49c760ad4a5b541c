package io.jvmm.cli.soak;

import io.jvmm.monitor.json.Json;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a soak has seen. */
public final class SoakReport {
    private static final double NANOS_PER_SECOND = 1e9;

    private final long begin = System.nanoTime();
    private final Map<String, Long> outcomes = new TreeMap<>();
    private final List<GuestPause> pauses = new ArrayList<>();
    private final List<String> above = new ArrayList<>();
    private final List<Violation> violations = new ArrayList<>();
    private long rounds;
    private long stops;
    private long looks;

    SoakReport() {}

    void add(long seed, int round, RoundPlan plan, RoundResult result) {
        rounds++;
        stops += result.stops();
        outcomes.merge(result.outcome(), 1L, Long::sum);
        pauses.addAll(result.pauses());
        result.pauses().stream()
                .filter(GuestPause::isAbove)
                .forEach(pause -> above.add(pause.text() + " | " + cause(seed, round, plan)));
        for (String what : result.violations()) {
            violations.add(new Violation(seed, round, what, plan.toString()));
        }
    }

    /** What the harness did: where it stood still after the commit, no limit could hold. */
    private static String cause(long seed, int round, RoundPlan plan) {
        return "--seed %d --switchovers %d, link: %s"
                .formatted(seed, round, plan.faults().faults());
    }

    private static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }

    void looked(long times) {
        looks = times;
    }

    long rounds() {
        return rounds;
    }

    /**
     * Whether nothing was seen that must never be.
     *
     * @return true without a violation
     */
    public boolean isClean() {
        return violations.isEmpty();
    }

    /**
     * For people.
     *
     * @return lines
     */
    public List<String> text() {
        List<String> lines = new ArrayList<>();
        double seconds = (System.nanoTime() - begin) / NANOS_PER_SECOND;
        lines.add(
                String.format(
                        Locale.ROOT,
                        "%d migrations in %.1f s (%.1f per second), the guest was stopped for %d"
                                + " switchovers; run states looked at %d times;"
                                + " load average %.1f on %d processors",
                        rounds,
                        seconds,
                        rounds / seconds,
                        stops,
                        looks,
                        load(),
                        Runtime.getRuntime().availableProcessors()));
        outcomes.forEach((outcome, count) -> lines.add("%8d  %s".formatted(count, outcome)));
        for (GuestPause.Kind kind : GuestPause.Kind.values()) {
            List<GuestPause> some = pauses.stream().filter(each -> each.kind() == kind).toList();
            lines.add("%-10s %s".formatted(kind.label() + ":", PauseTable.line(some)));
        }
        lines.addAll(above);
        for (Violation each : violations) {
            lines.add("VIOLATION (%s): %s".formatted(each.command(), each.what()));
            lines.add("  " + each.plan());
        }
        lines.add(isClean() ? "No violation." : violations.size() + " violations.");
        return lines;
    }

    /**
     * For scripts.
     *
     * @return one object
     */
    public Json.Obj json() {
        Json.Obj counts = new Json.Obj();
        outcomes.forEach(counts::put);
        List<Json> wrong = new ArrayList<>();
        for (Violation each : violations) {
            wrong.add(
                    new Json.Obj()
                            .put("seed", each.seed())
                            .put("round", each.round())
                            .put("what", each.what())
                            .put("plan", each.plan()));
        }
        return new Json.Obj()
                .put("migrations", rounds)
                .put("switchovers", stops)
                .put("nanos", System.nanoTime() - begin)
                .put("looks", looks)
                .put("outcomes", counts)
                .put("load-average", Double.toString(load()))
                .put("aborted", PauseTable.json(pauses, GuestPause.Kind.ABORTED))
                .put("completed", PauseTable.json(pauses, GuestPause.Kind.COMPLETED))
                .put("lost", PauseTable.json(pauses, GuestPause.Kind.LOST))
                .put("violations", new Json.Arr(wrong));
    }
}
