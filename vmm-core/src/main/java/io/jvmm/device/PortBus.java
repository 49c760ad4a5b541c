package io.jvmm.device;

import io.jvmm.guest.GuestCrashException;
import io.jvmm.guest.IoBus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The board: devices by port, and no memory-mapped ones. A port without a device reads as ones and
 * swallows writes; an address without memory crashes the guest.
 */
public final class PortBus implements IoBus {

    private final PortRange[] ranges;

    /**
     * A board with these devices.
     *
     * @param ranges must not overlap
     */
    public PortBus(List<PortRange> ranges) {
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
        long ones = -1L >>> (Long.SIZE - size * 8);
        return range == null ? ones : range.device().read(port - range.first(), size) & ones;
    }

    @Override
    public void out(int port, int size, long value) {
        PortRange range = find(port);
        if (range != null) {
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
        throw new GuestCrashException(
                "read where nothing is: address=0x%x size=%d".formatted(address, size));
    }

    @Override
    public void writeMmio(long address, int size, long value) {
        throw new GuestCrashException(
                "write where nothing is: address=0x%x size=%d value=0x%x"
                        .formatted(address, size, value));
    }
}
