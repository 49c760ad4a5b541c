package io.jvmm.cli;

import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code jvmm vfio-user-device}. */
@Command(
        name = "vfio-user-device",
        sortOptions = false,
        description = {
            "Serves a PCI UART over vfio-user at each of the sockets, until it is ended. Its"
                    + " migration behaves as the options say.",
            "Prints a line per socket once clients can connect. A client that leaves finds the"
                    + " device as it was when it comes back."
        },
        footer = {
            "",
            "STATE: running, running-p2p, stop, stop-copy, resuming, pre-copy, pre-copy-p2p.",
            "",
            "jvmm vfio-user-device --state-size 16M --arc from=stop,to=stop-copy,delay=500 /tmp/a"
        })
final class VfioUserDeviceCommand implements Callable<Integer> {
    private static final int DIED = 1;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Mixin private ServedDeviceOptions options = new ServedDeviceOptions();

    @Parameters(
            arity = "1..*",
            paramLabel = "SOCKET",
            description = "paths of UNIX sockets that do not exist yet")
    private List<Path> sockets = List.of();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "prints this help")
    @SuppressWarnings("UnusedVariable") // picocli acts on it
    private boolean help;

    @Override
    public Integer call() throws InterruptedException {
        List<Offer> offers =
                sockets.stream().map(path -> new Offer(path, options.program())).toList();
        PrintWriter out = spec.commandLine().getOut();
        try (DeviceServer server = DeviceServer.start(offers)) {
            Thread hook = Thread.ofPlatform().name("shutdown").unstarted(() -> end(server));
            Runtime.getRuntime().addShutdownHook(hook);
            sockets.forEach(path -> out.println("listening: " + path));
            out.flush();
            server.awaitDeath();
            Runtime.getRuntime().halt(DIED); // as if killed: nothing is put in order
            return DIED;
        }
    }

    /** Java would exit with 128 + the signal's number. */
    private static void end(DeviceServer server) {
        server.close();
        Runtime.getRuntime().halt(0);
    }
}
