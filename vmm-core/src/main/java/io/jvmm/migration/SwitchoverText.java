package io.jvmm.migration;

import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSum;
import java.util.List;
import java.util.Locale;

/** An attempt as people read it: what happened, then the ledger as a table. */
public final class SwitchoverText {
    private final SwitchoverInfo info;
    private final StringBuilder text = new StringBuilder();

    private SwitchoverText(SwitchoverInfo info) {
        this.info = info;
    }

    /**
     * Prints one attempt.
     *
     * @param info the attempt
     * @return lines, each ended by a newline
     */
    public static String of(SwitchoverInfo info) {
        SwitchoverText out = new SwitchoverText(info);
        out.head();
        out.table();
        return out.text.toString();
    }

    private void head() {
        SwitchoverInfo.Attempt attempt = info.attempt();
        line(
                "attempt %d as the %s, peer %s: %s"
                        .formatted(
                                attempt.number(),
                                attempt.role().label(),
                                attempt.peer(),
                                info.outcome().label()));
        line("  total: " + millis(info.totalNanos()) + ", limit: " + limit());
        line("  enforcement: " + info.enforcement().until());
        line("  watch: " + info.enforcement().watch());
        SwitchoverInfo.Abort abort = info.abort();
        if (abort != null) {
            line("  aborted: by the " + abort.side() + " in " + abort.phase());
            known("  watch late: ", abort.watchLateNanos());
            known("  decided to released: ", abort.rollbackNanos());
        }
    }

    private void table() {
        row("ms", "reserve", "spent", "slack");
        for (LedgerLine line : info.lines()) {
            if (line.sum() == LedgerSum.TOTAL) {
                row("", line);
                parts(line);
            }
        }
        List<LedgerLine> others = in(LedgerSum.NONE);
        if (!others.isEmpty()) {
            line("  beside:");
            others.forEach(line -> row("  ", line));
        }
    }

    /** What explains a wait stands under it. */
    private void parts(LedgerLine wait) {
        for (LedgerSum sum : LedgerSum.values()) {
            if (sum != LedgerSum.TOTAL && sum.label().equals(wait.phase().label())) {
                in(sum).forEach(line -> row("  ", line));
            }
        }
    }

    private List<LedgerLine> in(LedgerSum sum) {
        return info.lines().stream().filter(line -> line.sum() == sum).toList();
    }

    private void row(String indent, LedgerLine line) {
        boolean planned = line.reserveNanos() != 0;
        row(
                indent + line.side().label() + ": " + line.describe(),
                planned ? number(line.reserveNanos()) : "",
                number(line.spentNanos()),
                planned ? number(line.slackNanos()) : "");
    }

    private void row(String name, String reserve, String spent, String slack) {
        line("  %-52s %10s %10s %10s".formatted(name, reserve, spent, slack));
    }

    private String limit() {
        return info.limitNanos() == SwitchoverInfo.UNKNOWN
                ? "none enforced"
                : millis(info.limitNanos());
    }

    private void known(String name, long nanos) {
        if (nanos != SwitchoverInfo.UNKNOWN) {
            line(name + millis(nanos));
        }
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }

    private static String millis(long nanos) {
        return number(nanos) + " ms";
    }

    private static String number(long nanos) {
        return String.format(Locale.ROOT, "%.3f", nanos / 1e6);
    }
}
