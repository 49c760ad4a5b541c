package io.jvmm.cli;

import io.jvmm.cli.soak.Soak;
import io.jvmm.cli.soak.SoakReport;
import io.jvmm.cli.soak.SoakSettings;
import io.jvmm.machine.AcceleratorKind;
import io.jvmm.monitor.json.JsonText;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jvmm soak}. */
@Command(
        name = "soak",
        sortOptions = false,
        description = {
            "Moves a small running guest to and fro, and each time something goes wrong at a random"
                    + " point: the link, the limit, a cancel, slow devices. Checks that the guest"
                    + " never runs twice, is never lost, and that its memory is right.",
            "The exit status is 0 only without a violation. Each one is printed with the options"
                    + " that show it again."
        })
final class SoakCommand implements Callable<Integer> {
    private static final int VIOLATION = 1;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "how long, such as 30s, 20m or 2h (1m)")
    private String duration = "1m";

    @Option(names = "--switchovers", paramLabel = "N", description = "how many at most")
    private long switchovers = Long.MAX_VALUE;

    @Option(names = "--seed", paramLabel = "N", description = "what everything is drawn from (1)")
    private long seed = 1;

    @Option(names = "--accel", paramLabel = "NAME", description = "kvm or interp (interp)")
    private String accel = "interp";

    @Option(names = "--processes", description = "each side in a process of its own")
    private boolean processes;

    @Option(names = "--kill", description = "the same, and they are frozen and killed")
    private boolean kill;

    @Option(names = "--json", description = "prints one JSON object at the end")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        SoakSettings settings =
                new SoakSettings(
                        duration(duration), switchovers, seed, AcceleratorKind.of(accel), kind());
        SoakReport report = new Soak(settings, line -> say(out, line)).run();
        if (json) {
            out.println(JsonText.write(report.json()));
        }
        report.text().forEach(line -> say(out, line));
        out.flush();
        return report.isClean() ? 0 : VIOLATION;
    }

    private SoakSettings.Kind kind() {
        if (kill) {
            return SoakSettings.Kind.MORTAL_PROCESSES;
        }
        return processes ? SoakSettings.Kind.PROCESSES : SoakSettings.Kind.ONE_PROCESS;
    }

    private void say(PrintWriter out, String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }

    /** A number and s, m or h. */
    static Duration duration(String text) {
        try {
            return Duration.parse("PT" + text);
        } catch (java.time.format.DateTimeParseException _) {
            throw new UsageException(
                    "soak: --for expects a time such as 30s or 20m: value=" + text);
        }
    }
}
