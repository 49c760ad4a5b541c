package io.jvmm.stream.channel;

/** Makes channels. */
public final class Channels {
    private Channels() {}

    /**
     * Connects within {@link Connector#TIMEOUT}. To be able to interrupt it, use a {@link
     * Connector}.
     *
     * @param address where to
     * @return the connection, to be closed by the caller
     * @throws io.jvmm.stream.StreamIoException with QEMU's text, if nobody answers in time
     */
    public static Channel connect(MigrationAddress address) {
        try (Connector connector = new Connector(address, Connector.TIMEOUT)) {
            return connector.connect();
        }
    }

    /**
     * Listens exactly where asked: on the first address of a host name, on all IPv4 addresses if
     * the host is empty. A UNIX socket's file that nobody listens on any more is replaced, and
     * removed at the end.
     *
     * @param address where; port 0 takes a free one, see {@link ChannelListener#address}
     * @return the listener, to be closed by the caller
     * @throws io.jvmm.stream.StreamIoException with QEMU's text, if the address is taken or not
     *     ours
     */
    public static ChannelListener listen(MigrationAddress address) {
        return switch (address) {
            case MigrationAddress.Tcp tcp -> SocketListener.tcp(tcp);
            case MigrationAddress.Unix unix -> SocketListener.unix(unix);
        };
    }

    /**
     * Connects two channels in this process.
     *
     * @param firstToSecond what goes wrong on the way from the first to the second
     * @param secondToFirst what goes wrong on the way back
     * @return both, to be closed by the caller
     */
    public static ChannelPair pipe(Faults firstToSecond, Faults secondToFirst) {
        return new ChannelPair(firstToSecond, secondToFirst);
    }
}
