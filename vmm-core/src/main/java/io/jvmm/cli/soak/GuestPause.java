package io.jvmm.cli.soak;

import io.jvmm.cli.client.GuestReport;
import io.jvmm.monitor.json.Json;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * How long a switchover kept the guest, by the guest's own word, against the limit.
 *
 * @param completed whether the guest moved, or came back
 * @param limitNanos the enforced limit
 * @param nanos how long it was down, or a bound above it if it does not remember
 * @param ledger what the time went into, for people
 */
record GuestPause(boolean completed, long limitNanos, long nanos, String ledger) {
    private static final double NANOS_PER_MILLI = 1e6;

    /**
     * Finds the pause of a migration's last switchover.
     *
     * @param migration the source's {@code query-migrate}
     * @param guest the guest's report, made after it ran again
     * @return empty if no limit was enforced, or the guest was not stopped
     */
    static Optional<GuestPause> of(Json.Obj migration, GuestReport guest) {
        if (!(migration.find("switchover").orElse(null) instanceof Json.Obj switchover)
                || switchover.find("limit-ns").isEmpty()) {
            return Optional.empty();
        }
        long stop = switchover.integer("stop-clock-ns");
        long downtime = TimeUnit.MILLISECONDS.toNanos(migration.integer("downtime") + 1);
        long nanos =
                guest.longestPause(stop, stop + downtime)
                        .map(GuestReport.Pause::nanos)
                        .orElse(guest.shortestRemembered().orElse(0));
        return Optional.of(
                new GuestPause(
                        migration.string("status").equals("completed"),
                        switchover.integer("limit-ns"),
                        nanos,
                        describe(switchover)));
    }

    private static String describe(Json.Obj switchover) {
        StringBuilder text = new StringBuilder();
        if (switchover.find("phases").orElse(null) instanceof Json.Arr(List<Json> phases)) {
            for (Json each : phases) {
                if (each instanceof Json.Obj phase) {
                    text.append(
                            String.format(
                                    Locale.ROOT,
                                    "%s%s %.2f",
                                    text.isEmpty() ? "" : ", ",
                                    phase.string("name"),
                                    phase.integer("ns") / NANOS_PER_MILLI));
                }
            }
        }
        text.append(" ms");
        if (switchover.find("abort").orElse(null) instanceof Json.Obj abort) {
            text.append("; aborted at the ").append(abort.string("side"));
            nanos(text, "watch late by", abort, "watch-late-ns");
            nanos(text, "released after", abort, "resumed-ns");
        }
        return text.toString();
    }

    private static void nanos(StringBuilder text, String what, Json.Obj json, String member) {
        if (json.find(member).isPresent()) {
            text.append(
                    String.format(
                            Locale.ROOT,
                            ", %s %.2f ms",
                            what,
                            json.integer(member) / NANOS_PER_MILLI));
        }
    }

    boolean isAbove() {
        return nanos > limitNanos;
    }

    double ofLimit() {
        return (double) nanos / limitNanos;
    }

    String text() {
        return String.format(
                Locale.ROOT,
                "%s: guest paused %.2f ms, limit %.0f ms: %s",
                completed ? "completed" : "aborted",
                nanos / NANOS_PER_MILLI,
                limitNanos / NANOS_PER_MILLI,
                ledger);
    }
}
