package io.jvmm.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The program. */
@Command(
        name = "jvmm",
        description =
                "A virtual machine monitor with QEMU's live migration and an enforced"
                        + " downtime limit.",
        subcommands = {
            RunCommand.class,
            DemoCommand.class,
            SoakCommand.class,
            VfioUserDeviceCommand.class,
            VfioCheckCommand.class,
            ExploreHandoverCommand.class,
            ReplayDecisionsCommand.class
        },
        versionProvider = Versions.class,
        footer = {
            "",
            "Options alone, without a command, are those of run: jvmm -m 64M -monitor stdio"
        })
public final class Main {
    private static final int FAILURE = 1;
    private static final Set<String> OWN_OPTIONS = Set.of("--version", "--help", "-h");

    @Option(names = "--version", versionHelp = true, description = "prints the version")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean version;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    private Main() {}

    /**
     * Runs the program and ends the process.
     *
     * @param arguments the command line
     */
    public static void main(String[] arguments) {
        System.exit(execute(commandLine(), arguments));
    }

    /** Runs the program; the result is the exit status. */
    static int execute(CommandLine commandLine, String... arguments) {
        return commandLine.execute(withCommand(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new Main())
                .setPosixClusteredShortOptionsAllowed(false)
                .setOverwrittenOptionsAllowed(true)
                .setParameterExceptionHandler(Main::usageError)
                .setExecutionExceptionHandler((e, line, _) -> failure(e, line));
    }

    /** Tools start a QEMU with nothing but options: these are for {@code run}. */
    private static String[] withCommand(String[] arguments) {
        if (arguments.length == 0) {
            return new String[] {"--help"};
        }
        if (!arguments[0].startsWith("-") || OWN_OPTIONS.contains(arguments[0])) {
            return arguments;
        }
        return Stream.concat(Stream.of("run"), Stream.of(arguments)).toArray(String[]::new);
    }

    private static int usageError(ParameterException e, String[] arguments) {
        PrintWriter err = e.getCommandLine().getErr();
        if (e instanceof UnmatchedArgumentException unmatched) {
            String first = unmatched.getUnmatched().getFirst();
            err.println(
                    "jvmm: " + first + (first.startsWith("-") ? ": invalid option" : ": unknown"));
            List<String> suggestions = unmatched.getSuggestions();
            if (!suggestions.isEmpty()) {
                err.println("Did you mean: " + String.join(", ", suggestions) + "?");
            }
        } else {
            err.println("jvmm: " + e.getMessage());
        }
        String name = e.getCommandLine().getCommandSpec().qualifiedName();
        err.println("Try '" + name + " --help'.");
        err.flush();
        return FAILURE;
    }

    /**
     * Our own exceptions have sentences for messages; anything else is a defect and is shown whole.
     */
    private static int failure(Exception e, CommandLine line) {
        PrintWriter err = line.getErr();
        if (e instanceof FileSystemException file) {
            String reason = Objects.requireNonNullElse(file.getReason(), kind(file));
            err.println("jvmm: " + file.getFile() + ": " + reason);
        } else if (e instanceof IOException
                || e instanceof UncheckedIOException
                || e instanceof IllegalArgumentException
                || isOurs(e)) {
            err.println("jvmm: " + e.getMessage());
        } else {
            e.printStackTrace(err);
        }
        err.flush();
        return FAILURE;
    }

    private static String kind(FileSystemException e) {
        return switch (e) {
            case NoSuchFileException _ -> "no such file";
            case AccessDeniedException _ -> "permission denied";
            default -> e.getClass().getSimpleName();
        };
    }

    private static boolean isOurs(Exception e) {
        return e.getClass().getPackageName().startsWith("io.jvmm");
    }
}
