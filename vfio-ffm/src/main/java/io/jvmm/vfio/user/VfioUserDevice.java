package io.jvmm.vfio.user;

import static io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs.ACTION_MASK;
import static io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs.ACTION_TRIGGER;
import static io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs.ACTION_UNMASK;
import static io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs.DATA_EVENTFD;
import static io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs.DATA_NONE;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.linux.ReceivedDescriptors;
import io.jvmm.linux.Socket;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs;
import io.jvmm.vfio.user.wire.DmaMessages.DmaMap;
import io.jvmm.vfio.user.wire.DmaMessages.DmaUnmap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device that another process serves over a UNIX socket.
 *
 * <p>Besides what {@link VfioBackend} says: a server that is gone, or that breaks the protocol, is
 * a {@link VfioException}, and so is everything after it. A server that hangs can be left by {@link
 * #shutdown}.
 */
public final class VfioUserDevice implements VfioBackend {
    private static final long ANSWER_MILLIS = 10_000;

    private final ClientConnection connection;
    private final @Nullable TwinSocket twin;
    private final DmaTable memory;
    private final Handshake handshake;
    private final DeviceLayout layout;
    private final RegisterAccess registers;
    private final Optional<VfioMigration> migration;
    private final Optional<DmaLogging> dmaLogging;
    private final DmaMap map;
    private final DmaUnmap unmap;
    private final SetIrqs irqs;

    private VfioUserDevice(ClientConnection connection, Handshake handshake, DmaTable memory) {
        this.connection = connection;
        this.handshake = handshake;
        this.memory = memory;
        twin = handshake.twin();
        registers = new RegisterAccess(connection);
        map = new DmaMap(connection.request());
        unmap = new DmaUnmap(connection.request());
        irqs = new SetIrqs(connection.request());
        migration = UserMigration.of(connection, handshake.server().maximumTransfer());
        dmaLogging = UserDmaLogging.of(connection, memory);
        layout = DeviceLayout.read(connection); // the last: it holds descriptors
    }

    /**
     * Connects to a server and asks what its device is.
     *
     * @param socket the server's socket
     * @return the device, to be closed
     * @throws io.jvmm.linux.SyscallException if nobody listens there
     * @throws VfioException if the server breaks the protocol, or says nothing for ten seconds
     */
    public static VfioUserDevice connect(Path socket) {
        return connect(socket, ANSWER_MILLIS);
    }

    static VfioUserDevice connect(Path socket, long answerMillis) {
        DmaTable memory = new DmaTable();
        DescriptorSocket connected = new DescriptorSocket(Socket.connectUnix(socket));
        ClientConnection connection =
                new ClientConnection(socket.toString(), connected, memory, answerMillis);
        Handshake handshake = null;
        try {
            handshake = Handshake.perform(connection, memory);
            return new VfioUserDevice(connection, handshake, memory);
        } catch (RuntimeException e) {
            connection.shutdown();
            if (handshake != null) {
                handshake.close();
            }
            connection.close();
            throw e;
        }
    }

    @Override
    public String name() {
        return connection.device();
    }

    @Override
    public DeviceInfo info() {
        return layout.info();
    }

    @Override
    public RegionInfo region(int index) {
        return layout.regions().get(index);
    }

    @Override
    public IrqInfo irq(int index) {
        return layout.irqs().get(index);
    }

    @Override
    public long readRegister(int region, long offset, int size) {
        return registers.read(region(region), offset, size);
    }

    @Override
    public void writeRegister(int region, long offset, int size, long value) {
        registers.write(region(region), offset, size, value);
    }

    @Override
    public Mapping map(int region, RegionInfo.MappableArea area) {
        RegionInfo info = region(region);
        Fd file = layout.files().get(region);
        if (file == null || !info.mappable().contains(area)) {
            throw new VfioException(
                    "The area cannot be mapped: device=%s region=%d area=%s"
                            .formatted(name(), region, area));
        }
        return Mapping.of(file, info.offset() + area.offset(), area.size());
    }

    @Override
    public void connectIrqs(int index, List<EventFd> events) {
        int limit =
                Math.min(
                        Math.min(irq(index).count(), handshake.server().maximumDescriptors()),
                        ReceivedDescriptors.MAXIMUM);
        if (events.isEmpty() || events.size() > limit) {
            throw new VfioException(
                    "Interrupts cannot be connected: device=%s irq=%d events=%d limit=%d"
                            .formatted(name(), index, events.size(), limit));
        }
        List<Fd> descriptors = new ArrayList<>();
        events.forEach(event -> descriptors.add(event.fd()));
        setIrqs(DATA_EVENTFD | ACTION_TRIGGER, index, descriptors);
    }

    @Override
    public void disconnectIrqs(int index) {
        synchronized (connection) {
            irqs.set(DATA_NONE | ACTION_TRIGGER, index, 0);
            connection.call(Command.DEVICE_SET_IRQS, SetIrqs.SIZE, 0);
        }
    }

    @Override
    public void unmaskIrq(int index) {
        setFirstIrq(DATA_NONE | ACTION_UNMASK, index);
    }

    @Override
    public void maskIrq(int index) {
        setFirstIrq(DATA_NONE | ACTION_MASK, index);
    }

    @Override
    public void triggerIrq(int index) {
        setFirstIrq(DATA_NONE | ACTION_TRIGGER, index);
    }

    private void setFirstIrq(int flags, int index) {
        synchronized (connection) {
            irqs.set(flags, index, 1);
            connection.call(Command.DEVICE_SET_IRQS, SetIrqs.SIZE, 0);
        }
    }

    private void setIrqs(int flags, int index, List<Fd> descriptors) {
        synchronized (connection) {
            irqs.set(flags, index, descriptors.size());
            connection.call(Command.DEVICE_SET_IRQS, SetIrqs.SIZE, descriptors, 0, 0);
        }
    }

    @Override
    public void reset() {
        synchronized (connection) {
            connection.call(Command.DEVICE_RESET, 0, 0);
        }
    }

    @Override
    public void mapDma(DmaRegion region) {
        memory.add(region); // before the server may reach it
        try {
            synchronized (connection) {
                map.set(region.fileOffset(), region.iova(), region.size());
                connection.call(Command.DMA_MAP, DmaMap.SIZE, List.of(region.file()), 0, 0);
            }
        } catch (RuntimeException e) {
            memory.remove(region);
            throw e;
        }
    }

    @Override
    public void unmapDma(DmaRegion region) {
        synchronized (connection) {
            unmap.set(region.iova(), region.size());
            connection.call(Command.DMA_UNMAP, DmaUnmap.SIZE, DmaUnmap.SIZE);
        }
        memory.remove(region);
    }

    @Override
    public Optional<VfioMigration> migration() {
        return migration;
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        return dmaLogging;
    }

    /**
     * Ends the connection: a command that hangs in the server fails now, and so does everything
     * after it. Any thread may call this, at any time; {@link #close} is still due.
     */
    @Override
    public void shutdown() {
        connection.shutdown();
        if (twin != null) {
            twin.shutdown();
        }
    }

    /** Ends a command in progress, as {@link #shutdown} does, and gives the device back. */
    @Override
    public void close() {
        shutdown();
        handshake.close();
        connection.close();
        layout.close();
    }
}
