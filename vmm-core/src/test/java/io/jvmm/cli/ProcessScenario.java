package io.jvmm.cli;

import io.jvmm.monitor.json.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the tests with processes have in common: the options of a source and a destination. */
final class ProcessScenario {
    private static final System.Logger LOG = System.getLogger(ProcessScenario.class.getName());

    private ProcessScenario() {}

    /** The accelerators that this host has; says so when one is missing. */
    static Stream<String> accelerators() {
        if (Files.isWritable(Path.of("/dev/kvm"))) {
            return Stream.of("interp", "kvm");
        }
        LOG.log(System.Logger.Level.WARNING, "skipped on kvm: /dev/kvm is missing");
        return Stream.of("interp");
    }

    /** A machine whose migrations have a return path, and {@code globals} beside it. */
    static String machine(String accelerator, String... globals) {
        StringBuilder options =
                new StringBuilder("-machine microvm -m 16M -accel " + accelerator)
                        .append(" -global migration.x-return-path=on");
        for (String global : globals) {
            options.append(" -global migration.").append(global);
        }
        return options.toString();
    }

    /** A machine with a guest that works, without hurry. */
    static String source(String accelerator, String... globals) {
        return machine(accelerator, globals) + " -guest stress,working-set=4M,dirty-rate=4M/s";
    }

    /** A source whose rounds over RAM end when {@link #endRounds} says so. */
    static String endlessRounds(String accelerator, String... globals) {
        return source(accelerator, globals)
                + " -global migration.max-bandwidth=1M -global migration.downtime-limit=1";
    }

    /** Migrates, and waits until RAM moves. */
    static void awaitRounds(TestVm source, TestVm destination, String uri) {
        source.migrateTo(uri);
        source.awaitStatus("active");
        destination.awaitStatus("active");
        source.until(
                "RAM has been sent",
                () -> source.ask("query-migrate").object("ram").integer("transferred") > 0);
        if (!source.isGuestRunning()) {
            throw new AssertionError("The rounds are over: " + source.runState());
        }
    }

    /**
     * Lets the switchover come, with this limit, whether or not the return path is open: rounds
     * that nobody confirms would say that the link is slow.
     */
    static void endRounds(TestVm source, long limitMillis) {
        source.ask(
                "migrate-set-parameters",
                new Json.Obj()
                        .put("downtime-limit", limitMillis)
                        .put("max-bandwidth", 0)
                        .put("avail-switchover-bandwidth", 1L << 32));
    }

    /** A machine that waits for a guest where {@link VmProcesses#uri} says. */
    static String destination(VmProcesses processes, String accelerator, String... globals) {
        return machine(accelerator, globals) + " -incoming " + processes.uri();
    }
}
