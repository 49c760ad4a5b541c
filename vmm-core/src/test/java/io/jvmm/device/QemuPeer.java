package io.jvmm.device;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A real {@code qemu-system-x86_64}, driven over QMP on its standard input and output. */
final class QemuPeer implements AutoCloseable {
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final BufferedReader replies;
    private final BufferedWriter commands;

    private QemuPeer(Process process) {
        this.process = process;
        this.replies = process.inputReader();
        this.commands = process.outputWriter();
    }

    static boolean isInstalled() {
        String path = System.getenv().getOrDefault("PATH", "");
        return Arrays.stream(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, PROGRAM)));
    }

    static QemuPeer start(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(PROGRAM));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-nodefaults", "-display", "none", "-qmp", "stdio"));
        QemuPeer peer =
                new QemuPeer(
                        new ProcessBuilder(command)
                                .redirectError(ProcessBuilder.Redirect.DISCARD)
                                .start());
        peer.replies.readLine();
        peer.execute("{\"execute\": \"qmp_capabilities\"}");
        return peer;
    }

    /** Sends a command and gives its reply. */
    String execute(String command) {
        try {
            commands.write(command);
            commands.newLine();
            commands.flush();
            while (true) {
                String line = replies.readLine();
                if (line == null) {
                    throw new AssertionError("QEMU has ended after " + command);
                }
                if (line.startsWith("{\"return\"") || line.startsWith("{\"error\"")) {
                    return line;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Repeats a command until its reply has one of two texts; gives that reply. */
    String executeUntil(String command, String wanted, String otherwise) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < PATIENCE.toNanos()) {
            String reply = execute(command);
            if (reply.contains(wanted) || reply.contains(otherwise)) {
                return reply;
            }
        }
        throw new AssertionError("QEMU does not get to " + wanted);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
