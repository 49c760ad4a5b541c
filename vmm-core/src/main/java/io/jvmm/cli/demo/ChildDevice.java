package io.jvmm.cli.demo;

import io.jvmm.cli.client.SelfCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A device server process of its own, which serves one serial port over vfio-user. */
final class ChildDevice implements Child {
    private static final long END_SECONDS = 10;

    private final Process process;
    private final Path socket;
    private final Thread killer;

    private ChildDevice(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
        this.killer = Thread.ofPlatform().name("kill-device").unstarted(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(killer);
    }

    /**
     * Starts a process and waits until its device can be reached.
     *
     * @param side whose device it is; also the name of its files
     * @param directory where its socket and its log are
     * @param options how the device behaves
     */
    static ChildDevice start(String side, Path directory, List<String> options) throws IOException {
        Path socket = directory.resolve(side + ".vfio-user");
        List<String> command = SelfCommand.of("vfio-user-device");
        command.addAll(options);
        command.add(socket.toString());
        Process process =
                new ProcessBuilder(command)
                        .redirectError(directory.resolve(side + "-device.log").toFile())
                        .start();
        ChildDevice device = new ChildDevice(process, socket);
        BufferedReader said = process.inputReader();
        if (said.readLine() == null) {
            device.close();
            throw new DemoException("the device of the " + side + " did not start");
        }
        return device;
    }

    /** The option that puts it on the bus of a virtual machine. */
    List<String> option() {
        return List.of("-device", "vfio-user-pci,socket=" + socket);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException _) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Runtime.getRuntime().removeShutdownHook(killer);
    }
}
