package io.jvmm.migration.switchover.explore;

import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Where a hand-over can come to rest, as a table in Markdown. */
final class OutcomeTable {
    private static final String FALSE_WORD =
            "never: `peer-is-dead=true` was said of a source that lives. It is the one way to two"
                    + " guests; kill one";

    private OutcomeTable() {}

    /**
     * The table.
     *
     * @param explorations of the hand-over as it is
     * @param falseWord what becomes of it when an operator's word is false
     */
    static List<String> lines(List<Exploration> explorations, Exploration falseWord) {
        SortedSet<Outcome> outcomes = new TreeSet<>();
        explorations.forEach(each -> outcomes.addAll(each.outcomes()));
        List<String> lines = new ArrayList<>();
        lines.add("| source | it says | destination | it says | guest runs at | what to do |");
        lines.add("|---|---|---|---|---|---|");
        for (Outcome each : outcomes) {
            Advice advice = each.advice();
            lines.add(line(each, advice.runner().label(), advice.text()));
        }
        Exploration.Violation violation = falseWord.violation();
        if (violation != null) {
            lines.add(line(violation.outcome(), "**both**", FALSE_WORD));
        }
        return lines;
    }

    private static String line(Outcome outcome, String runner, String text) {
        return "| %s | %s | %s | %s | %s | %s |"
                .formatted(
                        outcome.source().label(),
                        code(outcome.source().runState()),
                        outcome.destination().label(),
                        code(outcome.destination().runState()),
                        runner,
                        text);
    }

    private static String code(String word) {
        return word.isEmpty() ? "" : "`" + word + "`";
    }
}
