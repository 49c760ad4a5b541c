package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.DeviceInfo;
import java.lang.foreign.MemorySegment;
import java.util.stream.Stream;

/**
 * A PCI card with one or two serial ports, each with a BAR of eight I/O ports.
 *
 * <p>One thread. Configuration space and interrupt set-up are not in its state: its user carries
 * them.
 */
final class PciUart {
    /** Regions of a VFIO PCI device: six BARs, ROM, configuration space, VGA. */
    static final int REGIONS = 9;

    /** Interrupt indexes of a VFIO PCI device; only INTx is there. */
    static final int IRQS = 5;

    private final UartPort[] ports;
    private final PciConfig config;
    private final IrqLine intx = new IrqLine();

    PciUart(int count) {
        ports = Stream.generate(UartPort::new).limit(count).toArray(UartPort[]::new);
        config = new PciConfig(count);
    }

    IrqLine intx() {
        return intx;
    }

    /** Bytes of a region; 0 if there is none. */
    long regionSize(int region) {
        if (region == DeviceInfo.CONFIG_REGION) {
            return PciConfig.SIZE;
        }
        return isPort(region) ? UartPort.REGISTERS : 0;
    }

    private boolean isPort(int region) {
        return region >= 0 && region < ports.length;
    }

    /** Reads registers, one by one. */
    void read(int region, long offset, MemorySegment into, long at, long count) {
        requireInside(region, offset, count);
        for (long i = 0; i < count; i++) {
            int value =
                    isPort(region)
                            ? ports[region].read((int) (offset + i))
                            : config.read(offset + i);
            into.set(JAVA_BYTE, at + i, (byte) value);
        }
        updateLine();
    }

    /** Writes registers, one by one. */
    void write(int region, long offset, MemorySegment from, long at, long count) {
        requireInside(region, offset, count);
        for (long i = 0; i < count; i++) {
            int value = Byte.toUnsignedInt(from.get(JAVA_BYTE, at + i));
            if (isPort(region)) {
                ports[region].write((int) (offset + i), value);
            } else {
                config.write(offset + i, value);
            }
        }
        updateLine();
    }

    private void requireInside(int region, long offset, long count) {
        if (offset < 0 || offset > regionSize(region) - count) {
            throw new RefusedException(
                    Errno.EINVAL,
                    "An access lies outside the region: region=%d offset=%d count=%d"
                            .formatted(region, offset, count));
        }
    }

    private void updateLine() {
        boolean up = false;
        for (UartPort port : ports) {
            up |= port.isInterrupting();
        }
        config.setInterrupting(up);
        intx.level(up);
    }

    int portCount() {
        return ports.length;
    }

    /** Writes the state of all ports. */
    void save(MemorySegment to, long at) {
        for (int i = 0; i < ports.length; i++) {
            ports[i].save(to, at + (long) i * UartPort.STATE_SIZE);
        }
    }

    /** Takes the state of all ports over. */
    void load(MemorySegment from, long at) {
        for (int i = 0; i < ports.length; i++) {
            if (!ports[i].load(from, at + (long) i * UartPort.STATE_SIZE)) {
                throw new RefusedException(
                        Errno.EINVAL, "The state of a port cannot be: port=" + i);
            }
        }
        updateLine();
    }
}
