package io.jvmm.device.pci;

import static io.jvmm.vmstate.FieldType.UINT32;

import io.jvmm.guest.EmptyBus;
import io.jvmm.guest.IoBus;
import io.jvmm.vmstate.VmStateDescription;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The bus, reached by two ports as on every PC (configuration mechanism 1, PCI Local Bus
 * Specification 3.0, 3.2.2.3.2), and by the windows that the guest gives the BARs.
 *
 * <pre>
 *   0xCF8  u32  bit 31 = on, 23..16 bus, 15..11 slot, 10..8 function, 7..2 register
 *   0xCFC  that register; 1, 2 or 4 bytes of it at 0xCFC to 0xCFF
 * </pre>
 *
 * <p>Where windows overlap, the lower slot answers, and in it the lower BAR; RAM and the ports of
 * the board come before them all. What nobody answers is as on an {@link EmptyBus}.
 */
public final class PciBus implements IoBus {
    private static final int ADDRESS_BITS = 0x80FF_FFFC;

    /**
     * What migrates of the bus itself: QEMU's {@code PCIHost}, version 1, the register at 0xCF8.
     */
    public static final VmStateDescription<PciBus> DESCRIPTION =
            VmStateDescription.<PciBus>named("PCIHost")
                    .field(
                            UINT32,
                            "config_reg",
                            bus -> bus.address,
                            (bus, value) -> bus.address = (int) value & ADDRESS_BITS)
                    .build();

    private static final int ADDRESS_PORT = 0xCF8;
    private static final int DATA_PORT = 0xCFC;
    private static final int END_OF_PORTS = 0xD00;

    private static final int BUS_AND_FUNCTION = 0x00FF_0700;
    private static final int SLOT_SHIFT = 11;
    private static final int REGISTER_MASK = 0xFC;

    private final IoBus rest = new EmptyBus();
    private final @Nullable PciFunction[] slots = new PciFunction[PciAddress.SLOTS];
    private final PciFunction[] functions;
    private volatile int address;

    /**
     * A bus with these functions.
     *
     * @param functions what sits where
     */
    public PciBus(Map<PciAddress, ? extends PciFunction> functions) {
        TreeMap<Integer, PciFunction> bySlot = new TreeMap<>();
        functions.forEach((place, function) -> bySlot.put(place.slot(), function));
        bySlot.forEach((slot, function) -> slots[slot] = function);
        this.functions = bySlot.values().toArray(PciFunction[]::new);
    }

    @Override
    public long in(int port, int size) {
        if (port >= ADDRESS_PORT && port < END_OF_PORTS) {
            return inOfMechanism(port, size);
        }
        for (PciFunction function : functions) {
            BarWindow window = function.config().atPort(port);
            if (window != null) {
                return function.readBar(window.bar(), port - window.first(), size);
            }
        }
        return rest.in(port, size);
    }

    @Override
    public void out(int port, int size, long value) {
        if (port >= ADDRESS_PORT && port < END_OF_PORTS) {
            outToMechanism(port, size, value);
            return;
        }
        for (PciFunction function : functions) {
            BarWindow window = function.config().atPort(port);
            if (window != null) {
                function.writeBar(window.bar(), port - window.first(), size, value);
                return;
            }
        }
    }

    @Override
    public long readMmio(long address, int size) {
        for (PciFunction function : functions) {
            BarWindow window = function.config().atAddress(address);
            if (window != null) {
                return function.readBar(window.bar(), address - window.first(), size);
            }
        }
        return rest.readMmio(address, size);
    }

    @Override
    public void writeMmio(long address, int size, long value) {
        for (PciFunction function : functions) {
            BarWindow window = function.config().atAddress(address);
            if (window != null) {
                function.writeBar(window.bar(), address - window.first(), size, value);
                return;
            }
        }
        rest.writeMmio(address, size, value);
    }

    /** An access that runs over the end of the data port is cut there. */
    private long inOfMechanism(int port, int size) {
        if (port < DATA_PORT) {
            boolean whole = port == ADDRESS_PORT && size == Integer.BYTES;
            return whole ? Integer.toUnsignedLong(address) : rest.in(port, size);
        }
        PciFunction function = addressed();
        if (function == null) {
            return rest.in(port, size);
        }
        int register = (address & REGISTER_MASK) + port - DATA_PORT;
        if (port + size <= END_OF_PORTS) {
            return function.readConfig(register, size);
        }
        long value = rest.in(port, size);
        for (int i = 0; port + i < END_OF_PORTS; i++) {
            int shift = i * Byte.SIZE;
            long octet = function.readConfig(register + i, 1);
            value = (value & ~(0xFFL << shift)) | octet << shift;
        }
        return value;
    }

    private void outToMechanism(int port, int size, long value) {
        if (port < DATA_PORT) {
            if (port == ADDRESS_PORT && size == Integer.BYTES) {
                address = (int) value & ADDRESS_BITS;
            }
            return;
        }
        PciFunction function = addressed();
        if (function == null) {
            return;
        }
        int register = (address & REGISTER_MASK) + port - DATA_PORT;
        if (port + size <= END_OF_PORTS) {
            function.writeConfig(register, size, value);
            return;
        }
        for (int i = 0; port + i < END_OF_PORTS; i++) {
            function.writeConfig(register + i, 1, value >> (i * Byte.SIZE) & 0xFF);
        }
    }

    private @Nullable PciFunction addressed() {
        int now = address;
        boolean here = now < 0 && (now & BUS_AND_FUNCTION) == 0;
        return here ? slots[now >> SLOT_SHIFT & (PciAddress.SLOTS - 1)] : null;
    }
}
