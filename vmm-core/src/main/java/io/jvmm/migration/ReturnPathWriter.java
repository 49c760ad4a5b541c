package io.jvmm.migration;

import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.channel.ChannelOutput;
import io.jvmm.stream.wire.PeerProbe;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.VmCommand;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The destination's voice. Says nothing until the source has opened the return path. The incoming
 * thread speaks, and the heartbeat whenever that is silent.
 */
final class ReturnPathWriter {
    private static final int FEATURES = 0;

    private final StreamWriter writer;
    private final ReentrantLock speaking = new ReentrantLock();
    private volatile boolean open;

    ReturnPathWriter(ChannelOutput output) {
        writer = new StreamWriter(output);
    }

    void open() {
        open = true;
    }

    boolean isOpen() {
        return open;
    }

    /** Echoes a PING, as every destination does, but for the probe, which only ours answers so. */
    void pong(VmCommand.Ping ping) {
        say(PeerProbe.answer(ping, FEATURES));
    }

    /** Sends a message at once. */
    void say(ReturnPathMessage message) {
        if (!open) {
            return;
        }
        speaking.lock();
        try {
            message.encode(writer);
            writer.flush();
        } finally {
            speaking.unlock();
        }
    }

    /**
     * Sends a message unless another is on its way, which proves as much.
     *
     * @return false if the link is gone
     */
    boolean sayInPassing(ReturnPathMessage message) {
        if (!speaking.tryLock()) {
            return true;
        }
        try {
            message.encode(writer);
            writer.flush();
            return true;
        } catch (StreamException _) {
            return false;
        } finally {
            speaking.unlock();
        }
    }
}
