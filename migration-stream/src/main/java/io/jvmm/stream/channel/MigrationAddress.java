package io.jvmm.stream.channel;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Where a migration goes to or comes from, as the monitor commands write it.
 *
 * <pre>
 *   tcp:HOST:PORT      tcp:[IPV6]:PORT      unix:PATH
 * </pre>
 *
 * Parsing looks nothing up and touches no file.
 */
public sealed interface MigrationAddress {
    /**
     * The address as a URI.
     *
     * @return what {@link #parse} takes
     */
    String toUri();

    /**
     * Reads the argument of {@code migrate}.
     *
     * @param uri what the user typed
     * @return the address
     * @throws IllegalArgumentException with QEMU's text, if it cannot be one
     */
    static MigrationAddress parse(String uri) {
        return MigrationUri.parse(uri, "Parameter 'uri' expects a valid migration protocol");
    }

    /**
     * Reads the argument of {@code -incoming} and {@code migrate_incoming}.
     *
     * @param uri what the user typed
     * @return the address
     * @throws IllegalArgumentException with QEMU's text, if it cannot be one
     */
    static MigrationAddress parseIncoming(String uri) {
        return MigrationUri.parse(uri, "unknown migration protocol: " + uri);
    }

    /**
     * A TCP address.
     *
     * @param host a name, an IPv4 or IPv6 address without brackets, or empty = all IPv4 addresses
     *     of this host (listening only)
     * @param port 0 to 65535; 0 = any free one (listening only)
     */
    record Tcp(String host, int port) implements MigrationAddress {
        /** Checks the port. */
        public Tcp {
            if (port < 0 || port > 65535) {
                throw new IllegalArgumentException("Port out of range: port=" + port);
            }
        }

        @Override
        public String toUri() {
            String written = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
            return "tcp:" + written + ":" + port;
        }
    }

    /**
     * The path of a UNIX socket.
     *
     * @param path at most 107 bytes
     */
    record Unix(Path path) implements MigrationAddress {
        private static final int PATH_LIMIT = 107;

        /** Checks the length. */
        public Unix {
            if (path.toString().isEmpty()) {
                throw new IllegalArgumentException("invalid Unix socket address");
            }
            if (path.toString().getBytes(StandardCharsets.UTF_8).length > PATH_LIMIT) {
                throw new IllegalArgumentException("UNIX socket path '" + path + "' is too long");
            }
        }

        @Override
        public String toUri() {
            return "unix:" + path;
        }
    }
}
