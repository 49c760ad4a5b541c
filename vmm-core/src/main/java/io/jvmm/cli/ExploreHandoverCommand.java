package io.jvmm.cli;

import io.jvmm.migration.switchover.explore.HandoverReport;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jvmm explore-handover}. */
@Command(
        name = "explore-handover",
        sortOptions = false,
        description = {
            "Walks through everything that can happen to a hand-over: messages lost, late, said"
                    + " twice, timeouts early and late, operators, crashes of either side.",
            "The state machines are those that run in production. Prints how many worlds there"
                    + " are, what holds in all of them, and where they come to rest."
        },
        footer = {"", "Exit status: 0 all holds and each mutant was caught, 1 otherwise."})
final class ExploreHandoverCommand implements Callable<Integer> {
    private static final int VIOLATION = 1;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--mutants",
            description = "changes one rule at a time, too: each change must be caught")
    private boolean mutants;

    @Option(
            names = "--table",
            description = "prints the table of outcomes only, as ARCHITECTURE.md has it")
    private boolean table;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        if (table) {
            HandoverReport.outcomeTable().forEach(out::println);
            out.flush();
            return 0;
        }
        HandoverReport report = HandoverReport.explore(mutants);
        report.lines().forEach(out::println);
        out.flush();
        return report.passed() ? 0 : VIOLATION;
    }
}
