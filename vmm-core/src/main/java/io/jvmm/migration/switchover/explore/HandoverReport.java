package io.jvmm.migration.switchover.explore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Explorations of the hand-over, told to people. */
public final class HandoverReport {
    private static final double NANOS_PER_SECOND = 1e9;

    private final List<String> lines = new ArrayList<>();
    private boolean passed = true;

    private HandoverReport() {}

    /**
     * Explores the hand-over, which takes seconds.
     *
     * @param mutants whether to explore each mutant too
     * @return what was found
     */
    public static HandoverReport explore(boolean mutants) {
        HandoverReport report = new HandoverReport();
        report.production();
        if (mutants) {
            report.mutants();
        }
        return report;
    }

    /**
     * The table of outcomes, as the documentation has it.
     *
     * @return its lines, in Markdown
     */
    public static List<String> outcomeTable() {
        return OutcomeTable.lines(Explorations.production(), Explorations.falseWord());
    }

    /**
     * Whether every property holds, and every mutant that was explored was caught.
     *
     * @return false if there is anything to look into
     */
    public boolean passed() {
        return passed;
    }

    /**
     * What was found, for people.
     *
     * @return one string a line
     */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    private void production() {
        List<Exploration> explorations = Explorations.production();
        lines.add("attempts    worlds     moves   seconds");
        for (Exploration each : explorations) {
            lines.add(
                    "%8d %9d %9d %9.1f"
                            .formatted(
                                    each.attempts(),
                                    each.states(),
                                    each.moves(),
                                    seconds(each.time())));
        }
        lines.add("");
        for (Property property : Property.values()) {
            boolean holds = explorations.stream().noneMatch(each -> isBroken(each, property));
            lines.add((holds ? "holds   " : "BROKEN  ") + property.text());
        }
        explorations.forEach(this::violation);
        lines.add("");
        Exploration falseWord = Explorations.falseWord();
        lines.addAll(OutcomeTable.lines(explorations, falseWord));
        lines.add("");
        lines.add("An operator who says peer-is-dead=true of a side that lives:");
        trace(falseWord);
    }

    private void violation(Exploration exploration) {
        Exploration.Violation violation = exploration.violation();
        if (violation != null) {
            passed = false;
            lines.add("");
            lines.add("VIOLATION: not so: " + violation.property().text());
            trace(exploration);
        }
    }

    private void mutants() {
        for (Mutant mutant : Mutant.values()) {
            Exploration exploration = Explorations.of(mutant);
            Exploration.Violation violation = exploration.violation();
            passed &= violation != null;
            lines.add("");
            lines.add((violation == null ? "MISSED  " : "caught  ") + mutant.text());
            if (violation != null) {
                lines.add("        not so any more: " + violation.property().text());
            }
            trace(exploration);
        }
    }

    private void trace(Exploration exploration) {
        Exploration.Violation violation = exploration.violation();
        if (violation != null) {
            violation.trace().forEach(line -> lines.add("  " + line));
        }
    }

    private static boolean isBroken(Exploration exploration, Property property) {
        Exploration.Violation violation = exploration.violation();
        return violation != null && violation.property() == property;
    }

    private static double seconds(Duration time) {
        return time.toNanos() / NANOS_PER_SECOND;
    }
}
