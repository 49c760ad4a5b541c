package io.jvmm.stream.channel;

import io.jvmm.stream.ByteSink;

/** The half of a channel that goes to the peer. Writing belongs to one thread. */
public interface ChannelOutput extends ByteSink {
    /**
     * Breaks a write that blocks, and all later ones, with a {@link
     * io.jvmm.stream.StreamInterruptedException} until {@link #clearInterrupt}. Any thread; takes
     * no lock and allocates nothing. Does nothing on a closed channel.
     */
    void interrupt();

    /** Takes the interrupt back. The writing thread only. */
    void clearInterrupt();

    /**
     * Ends this direction: the peer reads what has been written and then the end of the stream.
     *
     * @throws io.jvmm.stream.StreamIoException if the connection is broken
     */
    void finish();
}
