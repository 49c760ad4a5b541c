package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemoryLayout.PathElement;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * {@code struct sockaddr_in}, {@code sockaddr_in6} and {@code sockaddr_un} from and to Java's
 * addresses.
 */
final class SocketAddresses {
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    private static final ValueLayout.OfShort NETWORK_SHORT =
            JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    static final StructLayout INET =
            MemoryLayout.structLayout(
                            JAVA_SHORT.withName("sin_family"),
                            NETWORK_SHORT.withName("sin_port"),
                            MemoryLayout.sequenceLayout(4, JAVA_BYTE).withName("sin_addr"),
                            MemoryLayout.sequenceLayout(8, JAVA_BYTE).withName("sin_zero"))
                    .withName("sockaddr_in");

    static final StructLayout INET6 =
            MemoryLayout.structLayout(
                            JAVA_SHORT.withName("sin6_family"),
                            NETWORK_SHORT.withName("sin6_port"),
                            JAVA_INT.withName("sin6_flowinfo"),
                            MemoryLayout.sequenceLayout(16, JAVA_BYTE).withName("sin6_addr"),
                            JAVA_INT.withName("sin6_scope_id"))
                    .withName("sockaddr_in6");

    static final StructLayout UNIX =
            MemoryLayout.structLayout(
                            JAVA_SHORT.withName("sun_family"),
                            MemoryLayout.sequenceLayout(108, JAVA_BYTE).withName("sun_path"))
                    .withName("sockaddr_un");

    private static final long FAMILY = 0;
    private static final long PORT = offset(INET, "sin_port");
    private static final long INET_HOST = offset(INET, "sin_addr");
    private static final long INET6_HOST = offset(INET6, "sin6_addr");
    private static final long SCOPE = offset(INET6, "sin6_scope_id");
    private static final long PATH = offset(UNIX, "sun_path");
    private static final long PATH_SIZE = UNIX.byteSize() - PATH;

    private SocketAddresses() {}

    /** The struct of an address, as long as the kernel wants it. */
    static MemorySegment encode(SocketAddress address, Arena arena) {
        return switch (address) {
            case InetSocketAddress inet -> encode(inet, arena);
            case UnixDomainSocketAddress unix -> encode(unix, arena);
            default ->
                    throw new IllegalArgumentException("Neither TCP nor UNIX: address=" + address);
        };
    }

    private static MemorySegment encode(InetSocketAddress address, Arena arena) {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new IllegalArgumentException(
                    "The host name has no address: host=" + address.getHostString());
        }
        boolean six = host instanceof Inet6Address;
        MemorySegment struct = arena.allocate(six ? INET6 : INET);
        struct.set(JAVA_SHORT, FAMILY, (short) (six ? AF_INET6 : AF_INET));
        struct.set(NETWORK_SHORT, PORT, (short) address.getPort());
        byte[] bytes = host.getAddress();
        MemorySegment.copy(bytes, 0, struct, JAVA_BYTE, six ? INET6_HOST : INET_HOST, bytes.length);
        if (host instanceof Inet6Address inet6) {
            struct.set(JAVA_INT, SCOPE, inet6.getScopeId());
        }
        return struct;
    }

    private static MemorySegment encode(UnixDomainSocketAddress address, Arena arena) {
        byte[] path = address.getPath().toString().getBytes(StandardCharsets.UTF_8);
        if (path.length == 0 || path.length >= PATH_SIZE) {
            throw new IllegalArgumentException(
                    "A UNIX socket's path has 1 to 107 bytes: path=" + address.getPath());
        }
        MemorySegment struct = arena.allocate(UNIX);
        struct.set(JAVA_SHORT, FAMILY, (short) AF_UNIX);
        MemorySegment.copy(path, 0, struct, JAVA_BYTE, PATH, path.length);
        return struct;
    }

    /** The address in the first {@code length} bytes of a struct that the kernel has filled. */
    static SocketAddress decode(MemorySegment struct, int length) {
        int family = length < PATH ? AF_UNIX : struct.get(JAVA_SHORT, FAMILY);
        return switch (family) {
            case AF_INET -> inet(struct, struct.asSlice(INET_HOST, 4), 0);
            case AF_INET6 ->
                    inet(struct, struct.asSlice(INET6_HOST, 16), struct.get(JAVA_INT, SCOPE));
            case AF_UNIX -> unix(struct, length);
            default -> throw new IllegalStateException("Unknown address family: family=" + family);
        };
    }

    private static InetSocketAddress inet(MemorySegment struct, MemorySegment host, int scope) {
        byte[] bytes = host.toArray(JAVA_BYTE);
        try {
            InetAddress address =
                    scope == 0
                            ? InetAddress.getByAddress(bytes)
                            : Inet6Address.getByAddress(null, bytes, scope);
            return new InetSocketAddress(
                    address, Short.toUnsignedInt(struct.get(NETWORK_SHORT, PORT)));
        } catch (UnknownHostException e) {
            throw new AssertionError("4 and 16 bytes are addresses", e);
        }
    }

    private static UnixDomainSocketAddress unix(MemorySegment struct, int length) {
        int end = (int) PATH;
        while (end < Math.min(length, UNIX.byteSize()) && struct.get(JAVA_BYTE, end) != 0) {
            end++;
        }
        byte[] path = struct.asSlice(PATH, end - PATH).toArray(JAVA_BYTE);
        return UnixDomainSocketAddress.of(
                new String(path, StandardCharsets.UTF_8)); // empty: unnamed
    }

    private static long offset(StructLayout layout, String field) {
        return layout.byteOffset(PathElement.groupElement(field));
    }
}
