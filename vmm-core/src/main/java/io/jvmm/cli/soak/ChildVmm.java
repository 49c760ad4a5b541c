package io.jvmm.cli.soak;

import io.jvmm.cli.client.MonitorClient;
import io.jvmm.cli.client.SelfCommand;
import io.jvmm.fault.ProcessFaults;
import io.jvmm.monitor.CommandRefusedException;
import io.jvmm.monitor.json.Json;
import io.jvmm.monitor.transport.Chardev;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine in a process of its own, over two monitors: one for commands, one for looking
 * at its run state, so that looking never waits for a command.
 */
final class ChildVmm implements Vmm {
    private static final long START_SECONDS = 60;

    private final Process process;
    private final Path log;
    private final List<Path> sockets;
    private final Thread killer;
    private final Object commandLock = new Object();
    private final Object stateLock = new Object();
    private final MonitorClient commands;
    private final MonitorClient states;

    private ChildVmm(Process process, Path log, List<Path> sockets) {
        this.process = process;
        this.log = log;
        this.sockets = sockets;
        killer = Thread.ofPlatform().name("kill-vmm").unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
        try {
            commands = connect(sockets.getFirst());
            states = connect(sockets.getLast());
        } catch (VmmGoneException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts a process and waits until its monitors answer.
     *
     * @param base a path for its files, with a name of its own
     * @param options its options beside the monitors
     */
    static ChildVmm start(Path base, List<String> options) {
        List<Path> sockets =
                List.of(
                        base.resolveSibling(base.getFileName() + ".qmp"),
                        base.resolveSibling(base.getFileName() + ".state"));
        List<String> command = new ArrayList<>(SelfCommand.of("run"));
        command.addAll(options);
        for (Path socket : sockets) {
            command.addAll(List.of("-qmp", "unix:" + socket + ",server=on,wait=off"));
        }
        Path log = base.resolveSibling(base.getFileName() + ".log");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(log.toFile())
                            .start();
            process.getOutputStream().close();
            return new ChildVmm(process, log, sockets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private MonitorClient connect(Path socket) {
        AtomicReference<@Nullable MonitorClient> client = new AtomicReference<>();
        Patience.until(
                START_SECONDS,
                () -> {
                    client.set(tryToConnect(socket));
                    return client.get() != null || !process.isAlive();
                });
        MonitorClient connected = client.get();
        if (connected == null) {
            throw new VmmGoneException("The process did not start: " + output());
        }
        return connected;
    }

    private static @Nullable MonitorClient tryToConnect(Path socket) {
        try {
            return MonitorClient.qmp(
                    Chardev.connect(new Chardev.UnixSocket(socket, Chardev.Role.CLIENT)));
        } catch (IOException _) {
            return null;
        }
    }

    private String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    @Override
    public Json ask(String command, Json.Obj arguments) {
        synchronized (commandLock) {
            return ask(commands, command, arguments);
        }
    }

    private Json ask(MonitorClient client, String command, Json.Obj arguments) {
        try {
            return client.execute(command, arguments);
        } catch (IOException e) {
            throw new VmmGoneException("The process has ended: " + command, e);
        }
    }

    @Override
    public String runState() {
        synchronized (stateLock) {
            try {
                return ask(states, "query-status", new Json.Obj()) instanceof Json.Obj status
                        ? status.string("status")
                        : GONE;
            } catch (VmmGoneException | CommandRefusedException _) {
                return GONE;
            }
        }
    }

    @Override
    public Optional<Process> process() {
        return Optional.of(process);
    }

    @Override
    public void close() {
        ProcessFaults.kill(process);
        Runtime.getRuntime().removeShutdownHook(killer);
        try {
            Files.deleteIfExists(log);
            for (Path socket : sockets) {
                Files.deleteIfExists(socket);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
