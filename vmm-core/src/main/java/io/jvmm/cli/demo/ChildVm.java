package io.jvmm.cli.demo;

import io.jvmm.cli.client.MonitorClient;
import io.jvmm.cli.client.SelfCommand;
import io.jvmm.monitor.CommandRefusedException;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.transport.Chardev;
import io.jvmm.monitor.transport.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A VMM process of its own, with both monitors open. */
final class ChildVm implements Child {
    private static final Duration START_TIMEOUT = Duration.ofSeconds(60);
    private static final Duration END_TIMEOUT = Duration.ofSeconds(10);
    private static final long POLL_MILLIS = 10;

    private final String role;
    private final Process process;
    private final Path log;
    private final Thread killer;
    private final MonitorClient qmp;
    private final MonitorClient human;

    private ChildVm(String role, Path directory, Process process, Path log) throws IOException {
        this.role = role;
        this.process = process;
        this.log = log;
        this.killer = Thread.ofPlatform().name("kill-" + role).unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            this.qmp = MonitorClient.qmp(connect(socket(directory, role, "qmp")));
            this.human = MonitorClient.human(connect(socket(directory, role, "hmp")));
        } catch (IOException | DemoException e) {
            kill();
            throw e;
        }
    }

    /**
     * Starts a process and waits until its monitors answer.
     *
     * @param role its name; also that of its files
     * @param directory where its sockets and its log are
     * @param options its options beside the monitors
     */
    static ChildVm start(String role, Path directory, List<String> options) throws IOException {
        List<String> command = SelfCommand.of("run", "-name", role);
        command.addAll(options);
        command.add("-qmp");
        command.add("unix:" + socket(directory, role, "qmp") + ",server=on,wait=off");
        command.add("-monitor");
        command.add("unix:" + socket(directory, role, "hmp") + ",server=on,wait=off");
        Path log = directory.resolve(role + ".log");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        process.getOutputStream().close();
        return new ChildVm(role, directory, process, log);
    }

    private static Path socket(Path directory, String role, String kind) {
        return directory.resolve(role + "." + kind);
    }

    private Transport connect(Path path) throws IOException {
        long deadline = System.nanoTime() + START_TIMEOUT.toNanos();
        while (true) {
            try {
                return Chardev.connect(new Chardev.UnixSocket(path, Chardev.Role.CLIENT));
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw new DemoException("the " + role + " did not start: " + lastWords(), e);
                }
                pause();
            }
        }
    }

    /** Why the process ended, in its own words: its last message, or the head of a stack trace. */
    private String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return lines.reversed().stream()
                .filter(line -> !line.startsWith("\t"))
                .findFirst()
                .orElse("it said nothing");
    }

    static void pause() {
        try {
            Thread.sleep(POLL_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DemoException("interrupted", e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Asks over QMP. */
    Json.Obj ask(String command) {
        try {
            return qmp.execute(command);
        } catch (IOException | CommandRefusedException e) {
            throw new DemoException("the " + role + " does not answer: " + e.getMessage(), e);
        }
    }

    /** Types into the human monitor. */
    String type(String line) {
        try {
            return human.type(line);
        } catch (IOException e) {
            throw new DemoException("the " + role + " does not answer: " + e.getMessage(), e);
        }
    }

    /** Whether the guest runs here; a process that has ended runs none. */
    boolean isGuestRunning() {
        try {
            return process.isAlive() && qmp.execute("query-status").find("running").equals(TRUE);
        } catch (IOException _) {
            return false;
        }
    }

    private static final java.util.Optional<Json> TRUE = java.util.Optional.of(new Json.Bool(true));

    /** Ends the process: by {@code quit}, and by force if that does not help. */
    @Override
    public void close() {
        try (qmp;
                human) {
            if (process.isAlive()) {
                qmp.execute("quit");
            }
            if (!process.waitFor(END_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException _) {
            process.destroyForcibly();
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }

    private void kill() {
        process.destroyForcibly();
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
