package io.jvmm.vfio.user.server;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.PollSet;
import io.jvmm.linux.PollSet.Interest;
import io.jvmm.linux.Socket;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Capabilities;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * One device of a server: its socket, its thread, its behaviour.
 *
 * <p>Any thread may call any method.
 */
public final class ServedDevice {
    private static final Logger LOG = System.getLogger(ServedDevice.class.getName());

    private final Path path;
    private final Socket listener;
    private final EventFd stop = new EventFd();
    private final Pause pause = new Pause();
    private final DmaSpace space = new DmaSpace();
    private final DmaWriter dma;
    private final PciUart uart;
    private final MigrationMachine machine;
    private final Thread thread;
    private final CountDownLatch died;
    private @Nullable DescriptorSocket client;
    private boolean closed;

    /** Listens, and serves from now on. */
    ServedDevice(Path path, DeviceProgram program, CountDownLatch died) {
        this.path = path;
        this.died = died;
        listener = Socket.listenUnix(path);
        dma = new DmaWriter(path.toString(), space, program.dma());
        uart = new PciUart(program.ports());
        machine = new MigrationMachine(uart, dma, pause, program);
        thread = Thread.ofPlatform().daemon().name("vfio-user-device " + path).start(this::run);
    }

    /**
     * Where it listens.
     *
     * @return the socket's path
     */
    public Path socket() {
        return path;
    }

    /**
     * Where it stands in the migration state machine.
     *
     * @return the state
     */
    public DeviceMigrationState state() {
        return machine.state();
    }

    /**
     * Changes its behaviour from the next command on.
     *
     * @param program like the first one in its ports, optional states and dirtied memory
     * @throws IllegalArgumentException if it is not
     */
    public void program(DeviceProgram program) {
        DeviceProgram old = machine.program();
        if (program.ports() != old.ports()
                || !program.support().equals(old.support())
                || !program.dma().equals(old.dma())) {
            throw new IllegalArgumentException(
                    "A device cannot become another one: socket=" + path);
        }
        machine.program(program);
    }

    /** Lets it go on if it hangs. */
    public void release() {
        pause.release();
    }

    /**
     * Waits until it hangs, as its program says.
     *
     * @throws InterruptedException if the caller is interrupted
     */
    public void awaitHang() throws InterruptedException {
        pause.awaitHang();
    }

    /** Throws the client out, if there is one; it may come back. */
    public synchronized void disconnect() {
        if (client != null) {
            client.shutdown();
        }
    }

    private void run() {
        PollSet set = new PollSet(Interest.reading(listener.fd()), Interest.reading(stop.fd()));
        try {
            while (!isClosed()) {
                set.poll(-1);
                if (set.readable(0) && !isClosed()) {
                    acceptOne();
                }
            }
        } catch (SyscallException e) {
            LOG.log(Level.ERROR, "The socket is broken: socket=" + path, e);
        } finally {
            dma.close();
            listener.close();
            removeSocket();
        }
    }

    private void acceptOne() {
        Socket accepted = listener.accept();
        if (accepted == null) {
            return;
        }
        try (DescriptorSocket socket = new DescriptorSocket(accepted)) {
            int _ = socket.holdMessages(Capabilities.DEFAULT_TRANSFER);
            if (setClient(socket)) {
                serve(socket);
            }
        } finally {
            setClient(null);
            uart.intx().disconnect();
            dma.stopLogging();
            space.clear();
        }
    }

    /** Nothing that a client does may end more than its connection. */
    private void serve(DescriptorSocket socket) {
        try (DeviceConnection connection =
                new DeviceConnection(socket, uart, machine, space, dma)) {
            connection.serve();
        } catch (ConnectionEndException e) {
            if (e.isDead()) {
                die();
            }
        } catch (SyscallException | VfioException e) {
            LOG.log(Level.DEBUG, "A client was dropped: socket=" + path, e);
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "A client was dropped: socket=" + path, e);
        }
    }

    private void die() {
        synchronized (this) {
            closed = true;
        }
        died.countDown();
    }

    private synchronized boolean setClient(@Nullable DescriptorSocket socket) {
        client = socket;
        return !closed;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void removeSocket() {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it: whatever it waits in, and its client's connection. */
    void close() {
        synchronized (this) {
            closed = true;
            disconnect();
        }
        pause.close();
        stop.signal();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        stop.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
