package io.jvmm.cli.soak;

import io.jvmm.cli.client.GuestReport;
import io.jvmm.monitor.json.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * How long a switchover kept the guest, by the guest's own word, against the limit.
 *
 * @param kind how the attempt ended
 * @param limitNanos the enforced limit
 * @param nanos how long it was down, or a bound above it if it does not remember
 * @param totalNanos the same as the VMM measured it
 * @param ledger what the time went into, for people
 */
record GuestPause(Kind kind, long limitNanos, long nanos, long totalNanos, String ledger) {
    /** How an attempt ended. */
    enum Kind {
        /** The guest moved. */
        COMPLETED,
        /** Nothing was committed, and the guest came back. */
        ABORTED,
        /** The link was lost after the commit: no limit holds any more. */
        LOST;

        private static Kind of(String outcome) {
            return switch (outcome) {
                case "completed" -> COMPLETED;
                case "unknown", "returned" -> LOST;
                default -> ABORTED;
            };
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private static final double NANOS_PER_MILLI = 1e6;
    private static final long SMALL_NANOS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long SLACK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /**
     * Finds the pauses of a migration's attempts.
     *
     * @param attempts what the source's {@code query-switchover} returned
     * @param since {@link System#nanoTime} before the migration
     * @param guest the guest's report, made after it ran again
     * @return those whose limit was enforced
     */
    static List<GuestPause> of(Json attempts, long since, GuestReport guest) {
        List<GuestPause> pauses = new ArrayList<>();
        for (Json.Obj attempt : attempts(attempts, since)) {
            if (attempt.find("limit-ns").isPresent()) {
                pauses.add(of(attempt, guest));
            }
        }
        return pauses;
    }

    /** The attempts of the source's migration: how often its guest was stopped. */
    static List<Json.Obj> attempts(Json attempts, long since) {
        List<Json.Obj> mine = new ArrayList<>();
        if (attempts instanceof Json.Arr(List<Json> list)) {
            for (Json each : list) {
                if (each instanceof Json.Obj attempt
                        && attempt.string("role").equals("source")
                        && attempt.integer("stop-clock-ns") - since >= 0) {
                    mine.add(attempt);
                }
            }
        }
        return mine;
    }

    private static GuestPause of(Json.Obj attempt, GuestReport guest) {
        long stop = attempt.integer("stop-clock-ns");
        long total = attempt.integer("total-ns");
        return new GuestPause(
                Kind.of(attempt.string("outcome")),
                attempt.integer("limit-ns"),
                guest.longestPause(stop, stop + total + SLACK_NANOS)
                        .map(GuestReport.Pause::nanos)
                        .orElse(guest.shortestRemembered().orElse(0)),
                total,
                ledger(attempt));
    }

    private static String ledger(Json.Obj attempt) {
        StringBuilder text = new StringBuilder();
        if (attempt.find("lines").orElse(null) instanceof Json.Arr(List<Json> lines)) {
            for (Json each : lines) {
                if (each instanceof Json.Obj line && line.integer("spent-ns") >= SMALL_NANOS) {
                    text.append(line(line));
                }
            }
        }
        if (attempt.find("abort").orElse(null) instanceof Json.Obj abort) {
            text.append(" aborted at the ").append(abort.string("side"));
            if (abort.find("watch-late-ns").isPresent()) {
                text.append(millis(", watch late by", abort.integer("watch-late-ns")));
            }
        }
        return text.toString();
    }

    private static String line(Json.Obj line) {
        String device = line.string("device");
        String what =
                " %s %s%s"
                        .formatted(
                                line.string("side"),
                                line.string("phase"),
                                device.isEmpty() ? "" : " " + device);
        return millis(what, line.integer("spent-ns")) + ";";
    }

    private static String millis(String what, long nanos) {
        return String.format(Locale.ROOT, "%s %.2f ms", what, nanos / NANOS_PER_MILLI);
    }

    boolean isAbove() {
        return nanos > limitNanos;
    }

    double ofLimit() {
        return (double) nanos / limitNanos;
    }

    /** What the VMM does not know of: the guest was let go, and did not run yet. */
    long beyondNanos() {
        return Math.max(0, nanos - totalNanos);
    }

    String text() {
        return millis(kind.label() + ": guest paused", nanos)
                + millis(", limit", limitNanos)
                + millis(", beyond the VMM's total", beyondNanos())
                + ":"
                + ledger;
    }
}
