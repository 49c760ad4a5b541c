package io.jvmm.device;

import io.jvmm.guest.EmptyBus;
import io.jvmm.guest.IoBus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The board: devices that have their ports for good. Everything else goes to the bus behind it, so
 * that no device there can take a port of these away.
 */
public final class PortBus implements IoBus {

    private final PortRange[] ranges;
    private final IoBus rest;

    /**
     * A board with these devices and no others.
     *
     * @param ranges must not overlap
     */
    public PortBus(List<PortRange> ranges) {
        this(ranges, new EmptyBus());
    }

    /**
     * A board with these devices and a bus.
     *
     * @param ranges must not overlap
     * @param rest gets what is not for these
     */
    public PortBus(List<PortRange> ranges, IoBus rest) {
        this.rest = rest;
        this.ranges = ranges.toArray(PortRange[]::new);
        for (int i = 0; i < this.ranges.length; i++) {
            for (int j = 0; j < i; j++) {
                requireApart(this.ranges[i], this.ranges[j]);
            }
        }
    }

    private static void requireApart(PortRange a, PortRange b) {
        if (a.overlaps(b)) {
            throw new IllegalArgumentException("Two devices at one port: " + a + " " + b);
        }
    }

    @Override
    public long in(int port, int size) {
        PortRange range = find(port);
        if (range == null) {
            return rest.in(port, size);
        }
        long mask = -1L >>> (Long.SIZE - size * Byte.SIZE);
        return range.device().read(port - range.first(), size) & mask;
    }

    @Override
    public void out(int port, int size, long value) {
        PortRange range = find(port);
        if (range == null) {
            rest.out(port, size, value);
        } else {
            range.device().write(port - range.first(), size, value);
        }
    }

    private @Nullable PortRange find(int port) {
        for (PortRange range : ranges) {
            if (range.contains(port)) {
                return range;
            }
        }
        return null;
    }

    @Override
    public long readMmio(long address, int size) {
        return rest.readMmio(address, size);
    }

    @Override
    public void writeMmio(long address, int size, long value) {
        rest.writeMmio(address, size, value);
    }
}
