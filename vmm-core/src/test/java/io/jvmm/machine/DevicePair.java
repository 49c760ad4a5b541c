package io.jvmm.machine;

import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.ServedDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A {@link MigrationPair} whose machines have vfio-user devices, served by this process: the guest
 * writes into them and reads back, with bytes always in flight.
 */
final class DevicePair implements AutoCloseable {
    /** A bandwidth with which every switchover is admitted, however busy this host is. */
    static final long FAST = 100L << 30;

    private static final long MODERATE = 4 << 20;

    private final Path directory;
    private final DeviceServer home;
    private final DeviceServer away;
    private final MigrationPair pair;

    DevicePair(AcceleratorKind accelerator, int devices, DeviceProgram program) {
        try {
            directory = Files.createTempDirectory("jvmm-devices");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        home = serve("home", devices, program);
        away = serve("away", devices, program);
        pair =
                new MigrationPair(
                        accelerator,
                        MODERATE,
                        new MigrationPair.Devices(configs(home), configs(away)));
    }

    MigrationPair pair() {
        return pair;
    }

    /** The devices of the machine that had the guest first. */
    List<ServedDevice> home() {
        return home.devices();
    }

    /** The devices of the other machine. */
    List<ServedDevice> away() {
        return away.devices();
    }

    /** Waits until the guest has moved some more bytes through its serial ports. */
    static void awaitBytes(VirtualMachine machine) {
        long before = bytes(machine);
        while (bytes(machine) <= before) {
            Thread.onSpinWait();
        }
    }

    static long bytes(VirtualMachine machine) {
        return MigrationPair.verify(machine).uarts().bytes();
    }

    /** The guest found each byte that it had written, in order. */
    static void verify(VirtualMachine machine) {
        long errors = MigrationPair.verify(machine).uarts().errors();
        if (errors != 0) {
            throw new AssertionError("Bytes were lost in the device: errors=" + errors);
        }
    }

    @Override
    public void close() {
        pair.close();
        home.close();
        away.close();
        try {
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private DeviceServer serve(String side, int count, DeviceProgram program) {
        List<DeviceServer.Offer> offers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            offers.add(new DeviceServer.Offer(directory.resolve(side + "-" + i), program));
        }
        return DeviceServer.start(offers);
    }

    private static List<DeviceConfig> configs(DeviceServer server) {
        return server.devices().stream()
                .<DeviceConfig>map(device ->
                        new DeviceConfig.VfioUser(device.socket(), "", DeviceConfig.NEXT_FREE_SLOT))
                .toList();
    }
}
