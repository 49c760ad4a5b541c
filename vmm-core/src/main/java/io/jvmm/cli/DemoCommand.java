package io.jvmm.cli;

import io.jvmm.cli.demo.Demo;
import io.jvmm.cli.demo.DemoException;
import io.jvmm.cli.demo.DemoSettings;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code jvmm demo}. */
@Command(
        name = "demo",
        sortOptions = false,
        description = {
            "Moves a running guest between two processes of its own, within a downtime limit; then"
                    + " again with a destination that is too slow, so that the limit breaks and the"
                    + " guest comes back.",
            "The exit status is 0 only if both stories went as told."
        })
final class DemoCommand implements Callable<Integer> {
    private static final int NOT_AS_TOLD = 1;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--accel",
            paramLabel = "NAME",
            description = "kvm or interp (the first that works)")
    private String accel = "";

    @Option(names = "--memory", paramLabel = "SIZE", description = "RAM of the guest (256M)")
    private String memory = "";

    @Option(
            names = "--dirty-rate",
            paramLabel = "SIZE/s",
            description = "how fast the guest dirties memory, or max (32M/s)")
    private String dirtyRate = "";

    @Option(names = "--downtime-limit", paramLabel = "MS", description = "downtime-limit (300)")
    private long downtimeLimit = 300;

    @Option(names = "--switchover-limit", paramLabel = "MS", description = "switchover-limit (10)")
    private long switchoverLimit = 10;

    @Option(
            names = "--device",
            description =
                    "the guest uses a vfio-user device, which moves with it; in the second story it"
                            + " is the device that is too slow")
    private boolean device;

    @Option(names = "--quick", description = "64M of RAM and 8M/s, unless given")
    private boolean quick;

    @Option(names = "--json", description = "prints one JSON object instead of the stories")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws Exception {
        PrintWriter out = spec.commandLine().getOut();
        try {
            Json.Obj result = new Demo(settings(), line -> say(out, line)).run();
            if (json) {
                out.println(JsonText.write(result));
            }
            boolean asTold = new Json.Bool(true).equals(result.find("as-told").orElse(null));
            say(out, "");
            say(out, asTold ? "Both stories went as told." : "Not as told; see above.");
            out.flush();
            return asTold ? 0 : NOT_AS_TOLD;
        } catch (DemoException e) {
            throw new UsageException("demo: " + e.getMessage());
        }
    }

    private DemoSettings settings() {
        if (downtimeLimit < 0 || switchoverLimit < 0 || downtimeLimit + switchoverLimit == 0) {
            throw new UsageException("demo: the limits are negative or both zero");
        }
        return new DemoSettings(
                accel,
                memory.isEmpty() ? (quick ? "64M" : "256M") : memory,
                dirtyRate.isEmpty() ? (quick ? "8M/s" : "32M/s") : dirtyRate,
                downtimeLimit,
                switchoverLimit,
                device);
    }

    private void say(PrintWriter out, String line) {
        if (!json) {
            out.println(line);
            out.flush();
        }
    }
}
