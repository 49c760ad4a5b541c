package io.jvmm.stream.channel;

import java.nio.file.Path;

/** Parses migration URIs with QEMU's error texts. */
final class MigrationUri {
    private static final String TCP = "tcp:";
    private static final String UNIX = "unix:";

    private MigrationUri() {}

    static MigrationAddress parse(String uri, String unknownProtocol) {
        if (uri.startsWith(TCP)) {
            return tcp(uri.substring(TCP.length()));
        }
        if (uri.startsWith(UNIX)) {
            return unix(uri.substring(UNIX.length()));
        }
        throw new IllegalArgumentException(unknownProtocol);
    }

    private static MigrationAddress unix(String path) {
        if (path.isEmpty() || path.indexOf(0) >= 0) {
            throw new IllegalArgumentException("invalid Unix socket address");
        }
        return new MigrationAddress.Unix(Path.of(path));
    }

    private static MigrationAddress tcp(String address) {
        if (address.startsWith("[")) {
            int end = address.indexOf("]:");
            if (end < 2) {
                throw new IllegalArgumentException("error parsing IPv6 address '" + address + "'");
            }
            return tcp(address, address.substring(1, end), address.substring(end + 2));
        }
        int colon = address.indexOf(':');
        if (colon == 0 && address.length() == 1) {
            throw new IllegalArgumentException("error parsing port in address ':'");
        }
        if (colon < 0) {
            throw new IllegalArgumentException("error parsing address '" + address + "'");
        }
        return tcp(address, address.substring(0, colon), address.substring(colon + 1));
    }

    private static MigrationAddress tcp(String address, String host, String port) {
        if (port.isEmpty()) {
            throw new IllegalArgumentException("error parsing address '" + address + "'");
        }
        int comma = port.indexOf(',');
        if (comma >= 0) {
            throw new IllegalArgumentException(
                    "Invalid parameter '" + port.substring(comma + 1) + "'");
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65535) {
            throw new IllegalArgumentException(
                    "address resolution failed for %s:%s: Servname not supported for ai_socktype"
                            .formatted(host, port));
        }
        return new MigrationAddress.Tcp(host, Integer.parseInt(port));
    }
}
