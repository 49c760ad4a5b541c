package io.jvmm.stream.channel;

/** Waits for a source to connect. */
public interface ChannelListener extends AutoCloseable {
    /**
     * Blocks until somebody connects. One thread.
     *
     * @return the connection, to be closed by the caller
     * @throws io.jvmm.stream.StreamInterruptedException if the listener was interrupted
     * @throws io.jvmm.stream.StreamIoException if the listener is closed or broken
     */
    Channel accept();

    /** Breaks an accept that blocks, and all later ones. Any thread. */
    void interrupt();

    /**
     * Where it listens.
     *
     * @return the address as asked for, with the real port
     */
    MigrationAddress address();

    /** Stops listening. Connections that were accepted stay. Does nothing the second time. */
    @Override
    void close();
}
