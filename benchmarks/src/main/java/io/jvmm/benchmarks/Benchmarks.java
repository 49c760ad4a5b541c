package io.jvmm.benchmarks;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** Starts the benchmark that the command line names. */
public final class Benchmarks {
    private static final String USAGE =
            """
            usage: benchmarks/run list
                   benchmarks/run jmh [REGEX]
                   benchmarks/run ioctl
                   benchmarks/run lateness [--count N] [--horizon-millis MS]
                   benchmarks/run abort [--count N] [--seconds N] [--accel kvm|interp|all]
                       [--devices N,N...] [--load idle,gc,busy] [--downtime-limit MS]
                   benchmarks/run admission [--count N] [--downtime-limit MS] [--switchover-limit MS]
                   benchmarks/run retry [--aborts N]
                   benchmarks/run device-state [--devices N,N...] [--state-mib N] [--rounds N]\
            """;

    /** Held, for a logger that nobody holds forgets its level. */
    private static final Logger MACHINES = Logger.getLogger("io.jvmm.machine");

    private Benchmarks() {}

    /**
     * The entry point.
     *
     * @param arguments a command and its options; see the usage
     * @throws RunnerException if JMH fails
     * @throws IOException if a program that is compared with cannot be made
     * @throws InterruptedException if interrupted
     */
    public static void main(String[] arguments)
            throws RunnerException, IOException, InterruptedException {
        List<String> all = Arrays.asList(arguments);
        String command = all.isEmpty() ? "" : all.getFirst();
        List<String> rest = all.isEmpty() ? all : all.subList(1, all.size());
        try {
            run(command, rest);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
        }
    }

    private static void run(String command, List<String> rest)
            throws RunnerException, IOException, InterruptedException {
        switch (command) {
            case "list" -> new Runner(options(".*").build()).list();
            case "jmh" ->
                    new Runner(options(rest.isEmpty() ? ".*" : rest.getFirst()).build()).run();
            case "ioctl" -> new IoctlComparison(System.out).run();
            case "lateness" -> new DeadlineLateness(rest, System.out).run();
            case "abort" -> abort(rest);
            case "admission" -> admission(rest);
            case "retry" -> retry(rest);
            case "device-state" ->
                    new DeviceStateTransfer(DeviceStateOptions.parse(rest), System.out).run();
            default -> throw new IllegalArgumentException(USAGE);
        }
    }

    private static void abort(List<String> options) throws IOException, InterruptedException {
        // Thousands of destinations fail here, as they should.
        MACHINES.setLevel(Level.OFF);
        new AbortLatency(AbortOptions.parse(options), System.out).run();
    }

    private static void admission(List<String> options) throws IOException, InterruptedException {
        MACHINES.setLevel(Level.OFF);
        new AdmissionBenchmark(AdmissionOptions.parse(options), System.out).run();
    }

    private static void retry(List<String> options) throws IOException, InterruptedException {
        MACHINES.setLevel(Level.OFF);
        new RetryTransfer(options, System.out).run();
    }

    /** JMH with what every benchmark here needs: allocation counted, native access allowed. */
    static ChainedOptionsBuilder options(String include) {
        return new OptionsBuilder()
                .include(include)
                .addProfiler(GCProfiler.class)
                .jvmArgsAppend(
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseSerialGC");
    }
}
