package io.jvmm.stream.channel;

/** A connection to the other side of a migration. */
public interface Channel extends AutoCloseable {
    /**
     * The half that goes to the peer.
     *
     * @return always the same object
     */
    ChannelOutput output();

    /**
     * The half that comes from the peer.
     *
     * @return always the same object
     */
    ChannelInput input();

    /**
     * Whether both halves are real, so that a return path is possible.
     *
     * @return false for a channel that only writes or only reads
     */
    boolean duplex();

    /**
     * Ends both directions at once: calls in progress on this side end with a {@link
     * io.jvmm.stream.StreamIoException}, the peer reads what has arrived and then the end. Any
     * thread.
     */
    void shutdown();

    /** Shuts down and gives up the descriptors. Does nothing the second time. Any thread. */
    @Override
    void close();

    /**
     * Who is at the other end, for messages.
     *
     * @return a URI such as {@code tcp:192.0.2.1:4444}
     */
    String peer();
}
