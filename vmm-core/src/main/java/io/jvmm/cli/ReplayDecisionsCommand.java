package io.jvmm.cli;

import io.jvmm.migration.admission.DecisionKind;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.migration.admission.DecisionReplay;
import io.jvmm.migration.admission.SwitchoverPolicy;
import io.jvmm.monitor.decision.DecisionFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** What another policy would have decided, where a migration left its decisions in a file. */
@Command(
        name = "replay-decisions",
        description = {
            "Reads a file that a migration wrote with switchover-decision-log, and prints each"
                    + " decision beside that of another policy on the same forecast.",
            "Only what was seen is decided again: had the other policy stopped the guest earlier,"
                    + " the rest of the file would have been another."
        })
final class ReplayDecisionsCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "the file")
    private Path file = Path.of("");

    @Option(
            names = "--policy",
            paramLabel = "NAME",
            description = "learned or downtime-limit (downtime-limit)")
    private String policy = SwitchoverPolicy.DOWNTIME_LIMIT.name();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws IOException {
        SwitchoverPolicy other = SwitchoverPolicy.named(policy, true);
        List<DecisionRecord> records = DecisionFiles.decisions(file);
        DecisionReplay replay = DecisionReplay.of(records, other);
        PrintWriter out = spec.commandLine().getOut();
        for (DecisionReplay.Step step : replay.steps()) {
            print(out, step, other);
        }
        out.printf(
                "%d decisions, %d differ; stops that were aborted: %d%n",
                replay.steps().size(),
                replay.differences(),
                records.stream().filter(each -> each.kind() == DecisionKind.ABORT).count());
        out.flush();
        return 0;
    }

    private static void print(PrintWriter out, DecisionReplay.Step step, SwitchoverPolicy other) {
        DecisionRecord recorded = step.recorded();
        out.printf(
                "%s attempt %d %s %s: %s%n",
                recorded.when(),
                recorded.forecast().attempt(),
                recorded.policy(),
                recorded.kind().code(),
                recorded.describe());
        if (step.differs()) {
            out.printf(
                    "    DIFFERS: %s %s: %s%n",
                    other.name(),
                    DecisionKind.of(step.replayed().verdict(), false).code(),
                    step.replayed().reason().describe(recorded.forecast()));
        }
    }
}
