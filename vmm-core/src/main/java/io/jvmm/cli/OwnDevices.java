package io.jvmm.cli;

import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Two serial ports of our own device server, in this process, in a directory of their own. */
final class OwnDevices implements AutoCloseable {
    private final Path directory;
    private final DeviceServer server;

    private OwnDevices(Path directory, DeviceServer server) {
        this.directory = directory;
        this.server = server;
    }

    static OwnDevices start() throws IOException {
        Path directory = Files.createTempDirectory("jvmm-vfio-check");
        List<Offer> offers =
                List.of(
                        new Offer(directory.resolve("first"), DeviceProgram.uart()),
                        new Offer(directory.resolve("second"), DeviceProgram.uart()));
        try {
            return new OwnDevices(directory, DeviceServer.start(offers));
        } catch (RuntimeException e) {
            Files.delete(directory);
            throw e;
        }
    }

    List<VfioTarget> targets() {
        return server.devices().stream()
                .<VfioTarget>map(device -> new VfioTarget.UserDevice(device.socket()))
                .toList();
    }

    @Override
    public void close() throws IOException {
        server.close();
        Files.deleteIfExists(directory);
    }
}
