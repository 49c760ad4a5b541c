package io.jvmm.cli;

import io.jvmm.monitor.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A VMM process of its own under test: what its monitor says, what it prints, and signals to it.
 *
 * <p>One thread. Made by {@link VmProcesses}, which also ends it.
 */
final class TestVm {
    private static final long PATIENCE_SECONDS = 300;
    private static final long POLL_NANOS = 2_000_000;

    private final String name;
    private final Process process;
    private final Path socket;
    private final Path log;
    private @Nullable QmpClient client;

    TestVm(String name, Process process, Path socket, Path log) {
        this.name = name;
        this.process = process;
        this.socket = socket;
        this.log = log;
    }

    long pid() {
        return process.pid();
    }

    Process process() {
        return process;
    }

    /** All that it has printed. */
    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its QMP client; the first call waits until the process answers. */
    QmpClient qmp() {
        QmpClient connected = client;
        if (connected != null) {
            return connected;
        }
        until(
                "its monitor answers",
                () -> {
                    try {
                        client = QmpClient.connect(socket);
                        return true;
                    } catch (IOException e) {
                        if (!process.isAlive()) {
                            throw new AssertionError(name + " ended: " + output(), e);
                        }
                        return false;
                    }
                });
        return qmp();
    }

    /** Carries out a command; the result is what it returns. */
    Json.Obj ask(String command, Json.Obj arguments) {
        Json.Obj reply = reply(command, arguments);
        if (reply.find("error").isPresent()) {
            throw new AssertionError(name + ": " + command + ": " + reply);
        }
        return reply.object("return");
    }

    Json.Obj ask(String command) {
        return ask(command, new Json.Obj());
    }

    /** Gives a command that must be refused; the result is the reason. */
    String refusal(String command, Json.Obj arguments) {
        return reply(command, arguments).object("error").string("desc");
    }

    private Json.Obj reply(String command, Json.Obj arguments) {
        try {
            return qmp().ask(command, arguments);
        } catch (IOException e) {
            throw new AssertionError(name + ": " + command + ": no reply: " + output(), e);
        }
    }

    void migrateTo(String uri) {
        ask("migrate", new Json.Obj().put("uri", uri));
    }

    /** Waits for a guest, and stays alive if it does not come. */
    void listenAt(String uri) {
        ask("migrate-incoming", new Json.Obj().put("uri", uri).put("exit-on-error", false));
    }

    /** The migration's status; empty if there has been none. */
    String status() {
        return text(ask("query-migrate"), "status");
    }

    String errorDesc() {
        return text(ask("query-migrate"), "error-desc");
    }

    String runState() {
        return ask("query-status").string("status");
    }

    boolean isGuestRunning() {
        return ask("query-status").find("running").equals(Optional.of(new Json.Bool(true)));
    }

    /** How much work the guest has done; every page has been verified. */
    long verifiedWork() {
        Json.Obj report = ask("x-query-stress");
        if (report.integer("pages") == 0
                || report.integer("wrong-pages") != 0
                || report.integer("uart-errors") != 0) {
            throw new AssertionError(name + ": pages or bytes are wrong: " + report);
        }
        return report.integer("work");
    }

    /** How many bytes came back to the guest from its serial ports; none came back wrong. */
    long uartBytes() {
        Json.Obj report = ask("x-query-stress");
        if (report.integer("uart-errors") != 0) {
            throw new AssertionError(name + ": bytes are wrong or lost: " + report);
        }
        return report.integer("uart-bytes");
    }

    void awaitStatus(String... wanted) {
        until("status is " + List.of(wanted), () -> List.of(wanted).contains(status()));
    }

    void awaitRunState(String wanted) {
        until("run state is " + wanted, () -> runState().equals(wanted));
    }

    /** The guest runs here, its memory is right, and it works on. */
    void requireRunningGuest() {
        if (!isGuestRunning()) {
            throw new AssertionError(name + ": the guest does not run: " + runState());
        }
        long work = verifiedWork();
        until("the guest works", () -> verifiedWork() > work);
    }

    void freeze() {
        signal("STOP");
        until("it is frozen", () -> processState().equals("T"));
    }

    void thaw() {
        signal("CONT");
    }

    /** {@code kill -9}. */
    void kill() {
        process.destroyForcibly();
        awaitExit();
    }

    /** Waits for the end of the process; the result is its exit status. */
    int awaitExit() {
        try {
            if (process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                return process.exitValue();
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError(name + " does not end: " + output());
    }

    /** Polls until something is so. */
    void until(String what, BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)
                    || Thread.currentThread().isInterrupted()) {
                throw new AssertionError(name + ": waited in vain: " + what + ": " + output());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private void signal(String signal) {
        try {
            Process kill =
                    new ProcessBuilder("kill", "-" + signal, Long.toString(pid()))
                            .inheritIO()
                            .start();
            if (kill.waitFor() != 0) {
                throw new AssertionError(name + ": no signal could be sent: " + signal);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** The letter that stands behind the command's name in parentheses. */
    private String processState() {
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid()), "stat"));
            return stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Json.Obj json, String member) {
        return json.find(member).isPresent() ? json.string(member) : "";
    }
}
