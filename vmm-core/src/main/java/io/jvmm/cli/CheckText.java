package io.jvmm.cli;

import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.SessionAnswer;
import io.jvmm.vfio.check.CheckReport;
import io.jvmm.vfio.check.CheckResult;
import io.jvmm.vfio.check.Mark;
import io.jvmm.vfio.check.Outcome;
import io.jvmm.vfio.check.Timing;
import io.jvmm.vfio.check.Transition;
import io.jvmm.vfio.check.TransitionResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** A report of {@code vfio-check} for people: the matrix, the times of the arcs, the checks. */
final class CheckText {
    private static final int NAME_WIDTH = 14;
    private static final long MICRO = 1_000;
    private static final long MILLI = 1_000_000;
    private static final String LEGEND =
            "o entered  + entered, a data session begins  x refused, as it must be"
                    + "  F failed  - not tested";

    private final CheckReport report;
    private final List<String> lines = new ArrayList<>();

    private CheckText(CheckReport report) {
        this.report = report;
    }

    /** The lines of a report. */
    static List<String> lines(CheckReport report) {
        return new CheckText(report).all();
    }

    private List<String> all() {
        heading();
        matrix();
        times();
        lines.add("");
        report.transitions().stream().filter(CheckText::failed).forEach(this::transition);
        report.checks().forEach(this::check);
        lines.add("");
        lines.add(summary());
        return lines;
    }

    private void heading() {
        MigrationSupport support = report.support();
        lines.add("device       " + report.device());
        lines.add("destination  " + report.second().orElse("the same device, after a reset"));
        lines.add(
                "supports     STOP_COPY%s%s"
                        .formatted(
                                support.p2p() ? ", P2P" : "",
                                support.preCopy() ? ", PRE_COPY" : ""));
        lines.add("");
    }

    private void matrix() {
        StringBuilder header = new StringBuilder(pad("from \\ to"));
        for (DeviceMigrationState to : DeviceMigrationState.values()) {
            header.append("  ").append(to);
        }
        lines.add(header.toString());
        Map<Transition, TransitionResult> results =
                report.transitions().stream()
                        .collect(Collectors.toMap(TransitionResult::transition, each -> each));
        for (DeviceMigrationState from : DeviceMigrationState.values()) {
            lines.add(row(results, from, false));
            if (from == DeviceMigrationState.RESUMING) {
                lines.add(row(results, from, true));
            }
        }
        lines.add(LEGEND);
    }

    private static String row(
            Map<Transition, TransitionResult> results, DeviceMigrationState from, boolean loaded) {
        StringBuilder row = new StringBuilder(pad(loaded ? "  with state" : from.toString()));
        for (DeviceMigrationState to : DeviceMigrationState.values()) {
            TransitionResult result = results.get(new Transition(from, loaded, to));
            row.append("  ").repeat(' ', to.toString().length() - 1);
            row.append(result == null ? '?' : mark(result));
        }
        return row.toString();
    }

    private static char mark(TransitionResult result) {
        return switch (result.mark()) {
            case ENTERED -> result.session() == SessionAnswer.BEGUN ? '+' : 'o';
            case REFUSED -> 'x';
            case FAILED -> 'F';
            case UNTESTED -> '-';
        };
    }

    private void times() {
        lines.add("");
        lines.add("%-32s%12s%12s%12s".formatted("arc", "p50", "p99", "max"));
        for (TransitionResult result : report.transitions()) {
            Transition transition = result.transition();
            if (result.mark() == Mark.ENTERED
                    && transition.from() != transition.to()
                    && result.stepwise().count() == 0) {
                Timing timing = result.direct();
                lines.add(
                        "%-32s%12s%12s%12s"
                                .formatted(
                                        transition,
                                        time(timing.p50Nanos()),
                                        time(timing.p99Nanos()),
                                        time(timing.maxNanos())));
            }
        }
    }

    private static boolean failed(TransitionResult result) {
        return result.mark() == Mark.FAILED;
    }

    private void transition(TransitionResult result) {
        lines.add("FAIL  %s: %s".formatted(result.transition(), result.detail()));
    }

    private void check(CheckResult result) {
        String word =
                switch (result.outcome()) {
                    case PASSED -> "pass";
                    case FAILED -> "FAIL";
                    case SKIPPED -> "skip";
                };
        StringBuilder line = new StringBuilder(word + "  " + result.name());
        if (!result.detail().isEmpty()) {
            line.append(": ").append(result.detail());
        }
        if (result.outcome() == Outcome.PASSED) {
            line.append("  (").append(time(result.timing())).append(')');
        }
        lines.add(line.toString());
    }

    private String summary() {
        long failed =
                report.transitions().stream().filter(CheckText::failed).count()
                        + report.checks().stream()
                                .filter(each -> each.outcome() == Outcome.FAILED)
                                .count();
        return failed == 0 ? "Nothing failed." : "Failed: " + failed;
    }

    private static String pad(String text) {
        return text + " ".repeat(NAME_WIDTH - text.length());
    }

    private static String time(Timing timing) {
        return timing.count() == 1
                ? time(timing.maxNanos())
                : "p50 %s, p99 %s, max %s"
                        .formatted(
                                time(timing.p50Nanos()),
                                time(timing.p99Nanos()),
                                time(timing.maxNanos()));
    }

    private static String time(long nanos) {
        return nanos < MILLI
                ? String.format(Locale.ROOT, "%.1f us", (double) nanos / MICRO)
                : String.format(Locale.ROOT, "%.1f ms", (double) nanos / MILLI);
    }
}
