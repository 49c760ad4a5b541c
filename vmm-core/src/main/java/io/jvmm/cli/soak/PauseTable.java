package io.jvmm.cli.soak;

import io.jvmm.monitor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The guest's pauses against their limits. */
final class PauseTable {
    private static final double PERCENT = 100;

    private PauseTable() {}

    static String line(List<GuestPause> pauses) {
        if (pauses.isEmpty()) {
            return "none";
        }
        double[] parts = pauses.stream().mapToDouble(GuestPause::ofLimit).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "%d; the guest's pause in percent of the limit: p50 %.0f, p99 %.0f, max %.0f;"
                        + " above the limit: %d",
                parts.length,
                PERCENT * quantile(parts, 0.5),
                PERCENT * quantile(parts, 0.99),
                PERCENT * parts[parts.length - 1],
                pauses.stream().filter(GuestPause::isAbove).count());
    }

    static Json json(List<GuestPause> pauses, GuestPause.Kind kind) {
        List<Json> items = new ArrayList<>();
        for (GuestPause each : pauses) {
            if (each.kind() == kind) {
                items.add(
                        new Json.Obj()
                                .put("limit-ns", each.limitNanos())
                                .put("pause-ns", each.nanos())
                                .put("total-ns", each.totalNanos())
                                .put("ledger", each.ledger()));
            }
        }
        return new Json.Arr(items);
    }

    private static double quantile(double[] sorted, double part) {
        return sorted[(int) Math.ceil(part * sorted.length) - 1];
    }
}
