package io.jvmm.vfio.user;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DeviceMessages.RegionAccess;

/** Register accesses by message; the data stand behind the 16 bytes of {@link RegionAccess}. */
final class RegisterAccess {
    private static final long DATA = RegionAccess.SIZE;

    private final ClientConnection connection;
    private final RegionAccess request;
    private final RegionAccess reply;

    RegisterAccess(ClientConnection connection) {
        this.connection = connection;
        request = new RegionAccess(connection.request());
        reply = new RegionAccess(connection.reply());
    }

    long read(RegionInfo region, long offset, int size) {
        require(region, region.readable(), offset, size);
        synchronized (connection) {
            request.set(region.index(), offset, size);
            connection.call(Command.REGION_READ, RegionAccess.SIZE, RegionAccess.SIZE + size);
            requireSame(size);
            return switch (size) {
                case 1 -> Byte.toUnsignedLong(connection.reply().get(JAVA_BYTE, DATA));
                case 2 -> Short.toUnsignedLong(connection.reply().get(JAVA_SHORT, DATA));
                case 4 -> Integer.toUnsignedLong(connection.reply().get(JAVA_INT, DATA));
                default -> connection.reply().get(JAVA_LONG, DATA);
            };
        }
    }

    void write(RegionInfo region, long offset, int size, long value) {
        require(region, region.writable(), offset, size);
        synchronized (connection) {
            request.set(region.index(), offset, size);
            connection.request().set(JAVA_LONG, DATA, value); // the low bytes come first
            connection.call(Command.REGION_WRITE, RegionAccess.SIZE + size, RegionAccess.SIZE);
            requireSame(size);
        }
    }

    private void requireSame(int size) {
        if (reply.count() != size) {
            throw connection.violation(
                    "A region access moved another number of bytes: count=%d wanted=%d"
                            .formatted(reply.count(), size));
        }
    }

    private void require(RegionInfo region, boolean allowed, long offset, int size) {
        if (!allowed || (size != 1 && size != 2 && size != 4 && size != 8)) {
            throw new VfioException(
                    "No such access: device=%s region=%d offset=%d size=%d"
                            .formatted(connection.device(), region.index(), offset, size));
        }
        region.requireInside(offset, size);
    }
}
