package io.jvmm.migration;

import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.channel.ChannelOutput;
import io.jvmm.stream.wire.PeerProbe;
import io.jvmm.stream.wire.ReturnPathMessage;
import io.jvmm.stream.wire.VmCommand;

/**
 * The destination's voice. Says nothing until the source has opened the return path. Incoming
 * thread only.
 */
final class ReturnPathWriter {
    private static final int FEATURES = 0;

    private final StreamWriter writer;
    private boolean open;

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
        if (open) {
            message.encode(writer);
            writer.flush();
        }
    }
}
