package io.jvmm.vfio.user.server;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Socket;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DeviceMessages.Version;
import io.jvmm.vfio.user.wire.MessageReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One client, from its VERSION to its end. A command that makes no sense is refused; a message that
 * makes none ends the connection.
 *
 * <p>One thread.
 */
final class DeviceConnection implements AutoCloseable {
    private static final Logger LOG = System.getLogger(DeviceConnection.class.getName());

    private static final int MAJOR = 0;
    private static final int MINOR = 2;

    private final Arena arena = Arena.ofConfined();
    private final Exchange exchange;
    private final MessageReader reader;
    private final DeviceCommands device;
    private final MigrationCommands migration;
    private final DeviceProgram program;
    private @Nullable Socket twin;
    private boolean greeted;

    DeviceConnection(
            DescriptorSocket socket,
            PciUart uart,
            MigrationMachine machine,
            DmaSpace space,
            DmaWriter dma) {
        exchange = new Exchange(socket, arena);
        reader = exchange.reader();
        device = new DeviceCommands(exchange, uart, machine, space);
        migration = new MigrationCommands(exchange, machine, dma);
        program = machine.program();
    }

    /** Serves until the client leaves, or must. */
    void serve() {
        while (reader.next()) {
            reader.receiveAll();
            if (reader.header().isReply()) {
                throw new VfioException(
                        "A reply to nothing: command=" + reader.header().commandCode());
            }
            try {
                dispatch(Command.fromCode(reader.header().commandCode()));
            } catch (RefusedException e) {
                refuse(e.errno(), e);
            } catch (VfioException e) {
                refuse(Errno.EINVAL, e);
            }
        }
    }

    private void refuse(Errno errno, RuntimeException e) {
        LOG.log(Level.DEBUG, "A command was refused", e);
        exchange.refuse(errno);
        if (!greeted) {
            throw new VfioException("The client does not begin as it must", e);
        }
    }

    private void dispatch(Command command) {
        if (greeted == (command == Command.VERSION)) {
            throw new VfioException("VERSION is the first command, once: command=" + command);
        }
        switch (command) {
            case VERSION -> greet();
            case DMA_MAP -> device.mapDma();
            case DMA_UNMAP -> device.unmapDma();
            case DEVICE_GET_INFO -> device.info();
            case DEVICE_GET_REGION_INFO -> device.region();
            case DEVICE_GET_IRQ_INFO -> device.irq();
            case DEVICE_SET_IRQS -> device.setIrqs();
            case REGION_READ -> device.readRegion();
            case REGION_WRITE -> device.writeRegion();
            case DEVICE_RESET -> device.reset();
            case DEVICE_FEATURE -> migration.feature();
            case MIG_DATA_READ -> migration.readData();
            case MIG_DATA_WRITE -> migration.writeData();
            case DEVICE_GET_REGION_IO_FDS, DMA_READ, DMA_WRITE, REGION_WRITE_MULTI ->
                    throw new RefusedException(
                            Errno.EOPNOTSUPP, "Not a command for this device: " + command);
        }
    }

    private void greet() {
        reader.require(Version.SIZE);
        Version asked = new Version(exchange.request());
        Capabilities client = Capabilities.decode(exchange.request(), reader.received());
        if (asked.major() != MAJOR) {
            throw new VfioException("The client speaks another version: major=" + asked.major());
        }
        new Version(exchange.reply()).set(MAJOR, Math.min(asked.minor(), MINOR));
        if (client.twinSocket() && client.maximumDescriptors() > 0) {
            greetWithTwin();
        } else {
            exchange.send(Capabilities.ours(false, OptionalInt.empty()).encode(exchange.reply()));
        }
        greeted = true;
    }

    private void greetWithTwin() {
        long length = Capabilities.ours(true, OptionalInt.of(0)).encode(exchange.reply());
        List<Socket> pair = Socket.pair();
        twin = pair.get(0);
        try (Socket theirs = pair.get(1)) {
            boolean missing = program.has(DataFault.TOO_FEW_DESCRIPTORS);
            List<Fd> descriptors = missing ? List.of() : List.of(theirs.fd());
            exchange.send(length, descriptors);
        }
    }

    @Override
    public void close() {
        try {
            reader.close();
            if (twin != null) {
                twin.close();
            }
        } catch (SyscallException e) {
            LOG.log(Level.WARNING, "A connection did not close well", e);
        } finally {
            arena.close();
        }
    }
}
