package io.jvmm.vfio.user.server;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Serves devices over vfio-user, each at a UNIX socket of its own.
 *
 * <pre>{@code
 * DeviceProgram program = DeviceProgram.uart().withDelay(STOP, STOP_COPY, Duration.ofMillis(50));
 * try (DeviceServer server = DeviceServer.start(List.of(new Offer(path, program)));
 *         VfioUserDevice device = VfioUserDevice.connect(path)) {
 *     …
 * }
 * }</pre>
 *
 * <p>Any thread may call any method.
 */
public final class DeviceServer implements AutoCloseable {
    private final List<ServedDevice> devices = new ArrayList<>();
    private final CountDownLatch died = new CountDownLatch(1);
    private final AtomicBoolean closed = new AtomicBoolean();

    private DeviceServer() {}

    /**
     * A device to serve.
     *
     * @param socket a path that does not exist
     * @param program how it behaves
     */
    public record Offer(Path socket, DeviceProgram program) {}

    /**
     * Serves devices from now on.
     *
     * @param offers the devices
     * @return the server; clients can connect when this returns
     * @throws io.jvmm.linux.SyscallException if a socket cannot be made
     */
    public static DeviceServer start(List<Offer> offers) {
        DeviceServer server = new DeviceServer();
        try {
            for (Offer offer : offers) {
                server.devices.add(new ServedDevice(offer.socket(), offer.program(), server.died));
            }
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    /**
     * The devices.
     *
     * @return in the order of the offers
     */
    public List<ServedDevice> devices() {
        return List.copyOf(devices);
    }

    /**
     * Waits until a device has died because its program says so.
     *
     * @throws InterruptedException if the caller is interrupted
     */
    public void awaitDeath() throws InterruptedException {
        died.await();
    }

    /** Ends all devices and removes their sockets; does nothing the second time. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            devices.forEach(ServedDevice::close);
        }
    }
}
