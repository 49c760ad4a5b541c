package io.jvmm.monitor.transport;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import jnr.unixsocket.UnixServerSocketChannel;
import jnr.unixsocket.UnixSocketAddress;
import jnr.unixsocket.UnixSocketChannel;
import jnr.unixsocket.UnixSocketOptions;

/** UNIX sockets whose two ends belong to one user ({@code SO_PEERCRED}). */
final class UnixSockets {
    private static final System.Logger LOG = System.getLogger(UnixSockets.class.getName());

    /** Bytes of {@code sun_path}, without the zero at its end. */
    private static final int MAX_PATH = 107;

    private UnixSockets() {}

    /** The user that this process runs as. */
    static int ownUid() throws IOException {
        return (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    }

    static Transport connect(Path path) throws IOException {
        checkLength(path);
        UnixSocketChannel channel;
        try {
            channel = UnixSocketChannel.open(new UnixSocketAddress(path.toFile()));
        } catch (IOException e) {
            throw new IOException("cannot connect to unix:" + path + ": " + e.getMessage(), e);
        }
        int uid = ownUid();
        if (!isUser(channel, uid)) {
            channel.close();
            throw new IOException("the server is another user's: path=" + path + " uid=" + uid);
        }
        return new ChannelTransport(channel, "unix:" + path);
    }

    static TransportListener listen(Path path, int allowedUid) throws IOException {
        checkLength(path);
        removeStale(path);
        UnixServerSocketChannel channel = UnixServerSocketChannel.open();
        try {
            channel.socket().bind(new UnixSocketAddress(path.toFile()));
        } catch (IOException e) {
            channel.close();
            throw new IOException("cannot listen at unix:" + path + ": " + e.getMessage(), e);
        }
        return new Listener(channel, path, allowedUid);
    }

    private static boolean isUser(UnixSocketChannel channel, int uid) throws IOException {
        return channel.getOption(UnixSocketOptions.SO_PEERCRED).getUid() == uid;
    }

    private static void checkLength(Path path) throws IOException {
        int length = path.toString().getBytes(StandardCharsets.UTF_8).length;
        if (length > MAX_PATH) {
            throw new IOException(
                    "UNIX socket path is too long: path=" + path + " limit=" + MAX_PATH);
        }
    }

    /** A socket left by an earlier process would make the bind fail; any other file stays. */
    private static void removeStale(Path path) throws IOException {
        boolean isSocket =
                Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                        && (Boolean)
                                Files.getAttribute(path, "unix:isOther", LinkOption.NOFOLLOW_LINKS);
        if (isSocket) {
            Files.delete(path);
        }
    }

    private static final class Listener implements TransportListener {
        private final UnixServerSocketChannel channel;
        private final Path path;
        private final int allowedUid;
        private volatile boolean closed;

        Listener(UnixServerSocketChannel channel, Path path, int allowedUid) {
            this.channel = channel;
            this.path = path;
            this.allowedUid = allowedUid;
        }

        @Override
        public Transport accept() throws IOException {
            while (true) {
                UnixSocketChannel peer = channel.accept();
                if (closed) {
                    peer.close();
                    channel.close();
                    throw new IOException("the listener was closed: path=" + path);
                }
                if (isUser(peer, allowedUid)) {
                    return new ChannelTransport(peer, address());
                }
                LOG.log(
                        System.Logger.Level.WARNING,
                        "monitor connection of another user refused: path=" + path);
                peer.close();
            }
        }

        @Override
        public String address() {
            return "unix:" + path;
        }

        /** Connects to itself: nothing else wakes up an accept that is blocked in the kernel. */
        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try (UnixSocketChannel wake = UnixSocketChannel.open()) {
                wake.connect(new UnixSocketAddress(path.toFile()));
                Files.deleteIfExists(path);
            } catch (IOException e) {
                LOG.log(System.Logger.Level.DEBUG, "monitor socket was gone: path=" + path, e);
            }
        }
    }
}
