package io.jvmm.stream.channel;

import io.jvmm.stream.ByteSource;

/** The half of a channel that comes from the peer. Reading belongs to one thread. */
public interface ChannelInput extends ByteSource {
    /**
     * Breaks a read that blocks, and all later ones, with a {@link
     * io.jvmm.stream.StreamInterruptedException} until {@link #clearInterrupt}. Any thread; takes
     * no lock and allocates nothing. Does nothing on a closed channel.
     */
    void interrupt();

    /** Takes the interrupt back. The reading thread only. */
    void clearInterrupt();
}
