package io.jvmm.vfio.user;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.MessageReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;

/** The second socket of a connection: the server's commands, answered by a thread of their own. */
final class TwinSocket implements AutoCloseable {
    private static final Logger LOG = System.getLogger(TwinSocket.class.getName());

    private static final int CAPACITY = 64 << 10;
    private static final int LIMIT = Capabilities.DEFAULT_TRANSFER + 64;

    private final ClientConnection main;
    private final DescriptorSocket socket;
    private final MessageReader reader;
    private final DmaResponder responder;
    private final Thread thread;

    TwinSocket(ClientConnection main, DescriptorSocket socket, DmaTable memory) {
        this.main = main;
        this.socket = socket;
        reader = new MessageReader(socket, Arena.ofAuto(), CAPACITY, LIMIT);
        responder = new DmaResponder(reader, socket, memory);
        thread =
                Thread.ofPlatform()
                        .daemon()
                        .name("vfio-user-dma " + main.device())
                        .start(this::serve);
    }

    private void serve() {
        try (reader) {
            while (reader.next()) {
                responder.answer();
            }
        } catch (SyscallException | VfioException e) {
            LOG.log(Level.WARNING, "The server's DMA went wrong: device=" + main.device(), e);
            main.shutdown(); // it may have written, and believe that it has not
        } finally {
            socket.shutdown(); // no command of the server waits for an answer that does not come
        }
    }

    /** Ends a command in progress, and the thread. Any thread may call this. */
    void shutdown() {
        socket.shutdown();
    }

    @Override
    public void close() {
        shutdown();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        socket.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
