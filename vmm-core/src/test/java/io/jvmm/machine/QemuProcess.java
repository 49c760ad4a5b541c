package io.jvmm.machine;

import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.json.JsonText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A real {@code qemu-system-x86_64}, commanded over QMP. It connects to a unix socket of ours, so
 * nothing has to be waited for; what it prints is in every failure's message. It never outlives
 * this process.
 */
final class QemuProcess implements AutoCloseable {
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long POLL_NANOS = 1_000_000;

    private final Process process;
    private final Path log;
    private final BufferedReader replies;
    private final OutputStream commands;

    private QemuProcess(Process process, Path log, SocketChannel monitor) {
        this.process = process;
        this.log = log;
        this.replies =
                new BufferedReader(
                        new InputStreamReader(
                                Channels.newInputStream(monitor), StandardCharsets.UTF_8));
        this.commands = Channels.newOutputStream(monitor);
    }

    static boolean isInstalled() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
    }

    /**
     * Starts one, with nothing in it but what the arguments say.
     *
     * @param directory for its socket and its log
     */
    static QemuProcess start(Path directory, List<String> arguments) {
        Path socket = directory.resolve("qmp");
        Path log = directory.resolve("log");
        List<String> command = new ArrayList<>(List.of(PROGRAM, "-nodefaults", "-display", "none"));
        command.addAll(List.of("-qmp", "unix:" + socket));
        command.addAll(arguments);
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            var _ = process.onExit().thenRun(() -> closeQuietly(server));
            return greet(process, log, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static QemuProcess greet(Process process, Path log, ServerSocketChannel server) {
        try {
            QemuProcess qemu = new QemuProcess(process, log, server.accept());
            qemu.replies.readLine();
            qemu.execute("qmp_capabilities");
            return qemu;
        } catch (IOException | RuntimeException | Error e) {
            process.destroyForcibly();
            throw new AssertionError("QEMU does not start: " + printed(log), e);
        }
    }

    /** Carries out a command without arguments. */
    Json.Obj execute(String command) {
        return execute(command, new Json.Obj());
    }

    /** Carries out a command; gives the reply, which must not be an error. */
    Json.Obj execute(String command, Json.Obj arguments) {
        Json.Obj request = new Json.Obj().put("execute", command).put("arguments", arguments);
        try {
            commands.write((JsonText.write(request) + "\n").getBytes(StandardCharsets.UTF_8));
            Json.Obj reply = reply();
            return reply.find("return").orElseThrow(() -> failure(command + " gives " + reply))
                            instanceof Json.Obj value
                    ? value
                    : new Json.Obj();
        } catch (IOException e) {
            throw failure("QEMU ended during " + command);
        }
    }

    /** The run state of its guest. */
    String runState() {
        return execute("query-status").string("status");
    }

    /** The status of its migration; empty before there was one. */
    String migrationStatus() {
        return execute("query-migrate").find("status").map(QemuProcess::text).orElse("");
    }

    /** Waits for a status that the migration ends with, or comes to. */
    void awaitMigration(String wanted) {
        awaitText("migration status", wanted, this::migrationStatus);
    }

    /** Waits for a run state. */
    void awaitRunState(String wanted) {
        awaitText("run state", wanted, this::runState);
    }

    /** The port that it listens on for a migration over tcp. */
    int incomingPort() {
        if (execute("query-migrate").members().get("socket-address")
                        instanceof Json.Arr(List<Json> addresses)
                && addresses.getFirst() instanceof Json.Obj address) {
            return Integer.parseInt(address.string("port"));
        }
        throw failure("It does not listen.");
    }

    void setCapability(String name, boolean on) {
        Json.Obj change = new Json.Obj().put("capability", name).put("state", on);
        execute("migrate-set-capabilities", new Json.Obj().put("capabilities", Json.array(change)));
    }

    void setMaxBandwidth(long bytesPerSecond) {
        execute("migrate-set-parameters", new Json.Obj().put("max-bandwidth", bytesPerSecond));
    }

    void migrate(String uri) {
        execute("migrate", new Json.Obj().put("uri", uri));
    }

    /** Has it write its RAM to a file. */
    void saveMemory(long bytes, Path file) {
        execute(
                "pmemsave",
                new Json.Obj().put("val", 0).put("size", bytes).put("filename", file.toString()));
    }

    /** Waits for its end by itself. */
    int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw failure("It does not end.");
        }
        return process.exitValue();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    /** SIGSTOP: keeps its connections and does nothing any more. */
    void freeze() {
        try {
            new ProcessBuilder("kill", "-STOP", Long.toString(process.pid())).start().waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** What it has printed. */
    String printed() {
        return printed(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }

    private Json.Obj reply() throws IOException {
        while (true) {
            String line = replies.readLine();
            if (line == null) {
                throw new IOException("end of the monitor");
            }
            if (JsonText.parse(line.getBytes(StandardCharsets.UTF_8)) instanceof Json.Obj object
                    && object.find("event").isEmpty()) {
                return object;
            }
        }
    }

    private interface Question {
        String ask();
    }

    private void awaitText(String what, String wanted, Question question) {
        long start = System.nanoTime();
        String seen = question.ask();
        while (!seen.equals(wanted)) {
            if (System.nanoTime() - start > PATIENCE.toNanos()) {
                throw failure("Its %s is %s and not %s.".formatted(what, seen, wanted));
            }
            LockSupport.parkNanos(POLL_NANOS);
            seen = question.ask();
        }
    }

    private AssertionError failure(String message) {
        return new AssertionError(message + " It has printed: " + printed());
    }

    private static String text(Json value) {
        return value instanceof Json.Str(String text) ? text : value.toString();
    }

    private static String printed(Path log) {
        try {
            return Files.readString(log).strip();
        } catch (IOException e) {
            return "nothing readable, " + e;
        }
    }

    private static void closeQuietly(ServerSocketChannel server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
