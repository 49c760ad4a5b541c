package io.jvmm.benchmarks;

import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code jvmm} in a process of its own, with the options that the launcher gives to Java. */
final class JvmmProcess implements AutoCloseable {
    private static final List<String> LAUNCHER_OPTIONS =
            List.of(
                    "-XX:+UseSerialGC",
                    "-Xms64m",
                    "-Xmx64m",
                    "-XX:-UsePerfData",
                    "--enable-native-access=ALL-UNNAMED",
                    "--sun-misc-unsafe-memory-access=allow");
    private static final long END_SECONDS = 10;

    private final Process process;
    private final Path report;
    private final BufferedReader in;
    private final OutputStream out;

    private JvmmProcess(Path report, List<String> arguments) throws IOException {
        this.report = report;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LAUNCHER_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(MeasuredMain.class.getName(), report.toString()));
        command.addAll(arguments);
        process = new ProcessBuilder(command).redirectError(Redirect.INHERIT).start();
        in = process.inputReader(StandardCharsets.UTF_8);
        out = process.getOutputStream();
    }

    /** A device server, which listens at these sockets. */
    static JvmmProcess server(Path report, List<Path> sockets, long stateBytes) throws IOException {
        List<String> arguments = new ArrayList<>();
        arguments.addAll(List.of("vfio-user-device", "--state-size", Long.toString(stateBytes)));
        sockets.forEach(each -> arguments.add(each.toString()));
        JvmmProcess server = new JvmmProcess(report, arguments);
        for (int i = 0; i < sockets.size(); i++) {
            server.readLine();
        }
        return server;
    }

    /** A virtual machine, ready for {@link #execute}. */
    static JvmmProcess machine(Path report, List<String> options) throws IOException {
        List<String> arguments = new ArrayList<>(options);
        arguments.addAll(List.of("-qmp", "stdio"));
        JvmmProcess machine = new JvmmProcess(report, arguments);
        machine.readLine();
        machine.execute("qmp_capabilities", new Json.Obj());
        return machine;
    }

    /** Carries out a QMP command. */
    Json.Obj execute(String command, Json.Obj arguments) throws IOException {
        Json.Obj request = new Json.Obj().put("execute", command).put("arguments", arguments);
        out.write((JsonText.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
        while (true) {
            Json.Obj reply = (Json.Obj) JsonText.parse(readLine().getBytes(StandardCharsets.UTF_8));
            if (reply.find("return").orElse(null) instanceof Json.Obj result) {
                return result;
            }
            if (reply.find("error").isPresent()) {
                throw new IOException(command + ": " + reply.object("error").string("desc"));
            }
        }
    }

    private String readLine() throws IOException {
        String line = in.readLine();
        if (line == null) {
            throw new IOException("A process has ended early: pid=" + process.pid());
        }
        return line;
    }

    /** What it had resident at most, but for memory that it shares: the guest's RAM. */
    long peakBeyondGuest() throws IOException {
        return memory("VmHWM") - memory("RssShmem");
    }

    /** A line of {@code /proc/PID/status}, in bytes. */
    private long memory(String name) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
            if (line.startsWith(name + ":")) {
                String kibibytes = line.replaceAll("[^0-9]", "");
                return Long.parseLong(kibibytes) << 10;
            }
        }
        throw new IOException("The kernel does not say: name=" + name);
    }

    /** Ends it, and says how large its heap was at most. */
    long endAndPeakHeap() throws IOException {
        execute("quit", new Json.Obj());
        awaitEnd();
        return Long.parseLong(Files.readString(report));
    }

    /** Ends it, by a signal or by force. */
    @Override
    public void close() {
        process.destroy();
        awaitEnd();
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
