package io.jvmm.stream.channel;

import io.jvmm.stream.StreamIoException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Turns a host into addresses; asks the system's resolver only for what is no address already. */
final class Resolver {
    private static final String ALL_IPV4 = "0.0.0.0";

    private Resolver() {}

    static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** All addresses of a host, in the resolver's order, at least one. */
    static List<InetAddress> addressesOf(MigrationAddress.Tcp tcp) {
        try {
            if (tcp.host().isEmpty()) {
                throw new UnknownHostException("empty");
            }
            return List.of(InetAddress.getAllByName(tcp.host()));
        } catch (UnknownHostException e) {
            throw new StreamIoException(
                    "address resolution failed for %s:%d: Name or service not known"
                            .formatted(tcp.host(), tcp.port()),
                    e);
        }
    }

    /** The one address to listen on. */
    static InetAddress listeningAddressOf(MigrationAddress.Tcp tcp) {
        return tcp.host().isEmpty() ? InetAddress.ofLiteral(ALL_IPV4) : addressesOf(tcp).getFirst();
    }
}
