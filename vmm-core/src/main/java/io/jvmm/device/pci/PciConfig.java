package io.jvmm.device.pci;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The configuration space of a function, 256 bytes, as far as the VMM keeps it: command, base
 * addresses, interrupt line and the status bit of the interrupt. The rest is the device's; of that
 * there is the copy from the beginning here, which only says whom a saved state belongs to.
 *
 * <p>A function has no capabilities: nothing on this board could take a message-signalled
 * interrupt, and its guests manage no power.
 *
 * <p>Any thread. Nothing allocates but the guest's changes of command and base addresses.
 */
public final class PciConfig {
    /** Bytes. */
    public static final int SIZE = 256;

    /** Offset of the first base address; there are six. */
    public static final int BARS = 0x10;

    /** Offset of the command register, two bytes. */
    public static final int COMMAND = 0x04;

    /** Offset of the interrupt line, one byte that means nothing to the device. */
    public static final int INTERRUPT_LINE = 0x3C;

    private static final int COMMAND_BITS = 0x0547;
    private static final int IO_DECODING = 1;
    private static final int MEMORY_DECODING = 2;
    private static final int STATUS = 0x06;
    private static final int STATUS_INTERRUPT = 0x08;
    private static final int STATUS_CAPABILITIES = 0x10;
    private static final int CACHE_LINE_SIZE = 0x0C;
    private static final int HEADER_TYPE = 0x0E;
    private static final int SEVERAL_FUNCTIONS = 0x80;
    private static final int ROM_ADDRESS = 0x30;
    private static final int CAPABILITIES = 0x34;
    private static final long PORTS = 0x10000;

    /** Vendor, device, revision, class, header type: what tells a device from another. */
    private static final int[] IDENTITY = {0x00, 0x01, 0x02, 0x03, 0x08, 0x09, 0x0A, 0x0B, 0x0E};

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final BarWindow[] NONE = {};

    private final List<PciBar> bars;
    private final byte[] kept;
    private final byte[] ours = new byte[SIZE];
    private final byte[] writable = new byte[SIZE];
    private final AtomicBoolean interrupt = new AtomicBoolean();
    private volatile BarWindow[] ports = NONE;
    private volatile BarWindow[] memory = NONE;

    /**
     * The configuration space of a function that has just been switched on: it decodes nothing, and
     * no base address is set.
     *
     * @param device what the device says, 256 bytes
     * @param bars its BARs
     * @throws IllegalArgumentException if two BARs take the same register
     */
    public PciConfig(byte[] device, List<PciBar> bars) {
        if (device.length != SIZE) {
            throw new IllegalArgumentException(
                    "A configuration space has 256 bytes: bytes=" + device.length);
        }
        this.kept = device.clone();
        this.bars = List.copyOf(bars);
        keep(COMMAND, 2, 0, COMMAND_BITS);
        keep(CACHE_LINE_SIZE, 1, 0, 0xFF);
        keep(INTERRUPT_LINE, 1, 0, 0xFF);
        for (int i = 0; i < PciBar.COUNT; i++) {
            hide(BARS + i * Integer.BYTES, Integer.BYTES, -1);
        }
        hide(ROM_ADDRESS, Integer.BYTES, -1);
        hide(CAPABILITIES, 1, 0xFF);
        hide(STATUS, 1, STATUS_CAPABILITIES | STATUS_INTERRUPT);
        hide(HEADER_TYPE, 1, SEVERAL_FUNCTIONS);
        bars.forEach(this::keep);
    }

    private void keep(PciBar bar) {
        if (getInt(ours, bar.offset()) != -1 || getInt(writable, bar.offset()) != 0) {
            throw new IllegalArgumentException("Two BARs in one register: bar=" + bar.index());
        }
        long mask = -bar.size();
        keep(bar.offset(), Integer.BYTES, bar.flags(), (int) mask);
        if (bar.registers() == 2) {
            keep(bar.offset() + Integer.BYTES, Integer.BYTES, 0, (int) (mask >> Integer.SIZE));
        }
    }

    /** Bits that the guest reads as it wrote them. */
    private void keep(int offset, int size, int initial, int mask) {
        hide(offset, size, mask);
        for (int i = 0; i < size; i++) {
            int shift = i * Byte.SIZE;
            kept[offset + i] |= (byte) (initial >> shift);
            writable[offset + i] = (byte) (mask >> shift);
        }
    }

    /** Bits that read as zero whatever the device says. */
    private void hide(int offset, int size, int mask) {
        for (int i = 0; i < size; i++) {
            int shift = i * Byte.SIZE;
            ours[offset + i] |= (byte) (mask >> shift);
            kept[offset + i] &= (byte) ~(mask >> shift);
        }
    }

    /**
     * What the guest reads.
     *
     * @param offset first byte
     * @param size 1, 2 or 4
     * @param device what the device says
     * @return the device's value with the VMM's bits in it
     */
    public synchronized long read(int offset, int size, long device) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            int at = offset + i;
            int theirs = (int) (device >> (i * Byte.SIZE)) & ~ours[at];
            long octet = (theirs | (byteAt(at) & ours[at])) & 0xFF;
            value |= octet << (i * Byte.SIZE);
        }
        return value;
    }

    /** What is kept of a byte, with the interrupt as it is now. */
    private int byteAt(int offset) {
        return offset == STATUS && interrupt.get() ? kept[offset] | STATUS_INTERRUPT : kept[offset];
    }

    /**
     * The guest writes; what is not the VMM's is not touched.
     *
     * @param offset first byte
     * @param size 1, 2 or 4
     * @param value the value
     */
    public synchronized void write(int offset, int size, long value) {
        for (int i = 0; i < size; i++) {
            setWritable(offset + i, (byte) (value >> (i * Byte.SIZE)));
        }
        if (offset < BARS + PciBar.COUNT * Integer.BYTES) {
            decode();
        }
    }

    private void setWritable(int at, byte value) {
        kept[at] = (byte) ((kept[at] & ~writable[at]) | (value & writable[at]));
    }

    /**
     * A register as it is kept.
     *
     * @param offset on a boundary of four bytes
     * @return the value
     */
    public synchronized int register(int offset) {
        return getInt(kept, offset);
    }

    /** The device raises its interrupt pin. */
    public void raiseInterrupt() {
        interrupt.set(true);
    }

    /**
     * The interrupt pin is down again.
     *
     * @return whether it was up
     */
    public boolean lowerInterrupt() {
        return interrupt.get() && interrupt.compareAndSet(true, false);
    }

    /**
     * Copies what migrates; allocates nothing.
     *
     * @param to overwritten
     */
    public synchronized void save(PciConfigState to) {
        boolean raised = interrupt.get();
        System.arraycopy(kept, 0, to.bytes, 0, SIZE);
        to.bytes[STATUS] |= (byte) (raised ? STATUS_INTERRUPT : 0);
        to.pinLevels[0] = raised ? 1 : 0;
    }

    /**
     * Says how a loaded state is that of another device.
     *
     * @param loaded what was loaded
     * @return null if it is of such a device as this
     */
    public @Nullable String difference(PciConfigState loaded) {
        for (int at : IDENTITY) {
            if (kept[at] != loaded.bytes[at]) {
                return "offset=0x%02x expected=0x%02x value=0x%02x"
                        .formatted(at, kept[at] & 0xFF, loaded.bytes[at] & 0xFF);
            }
        }
        return null;
    }

    /**
     * Takes over what was loaded: the base addresses move at once. The device is not told.
     *
     * @param loaded of such a device as this
     */
    public synchronized void load(PciConfigState loaded) {
        for (int i = 0; i < SIZE; i++) {
            setWritable(i, loaded.bytes[i]);
        }
        interrupt.set(loaded.pinLevels[0] != 0);
        decode();
    }

    /** The window that has a port; null if none. */
    @Nullable BarWindow atPort(long port) {
        return find(ports, port);
    }

    /** The window that has an address; null if none. */
    @Nullable BarWindow atAddress(long address) {
        return find(memory, address);
    }

    private static @Nullable BarWindow find(BarWindow[] windows, long address) {
        for (BarWindow window : windows) {
            if (window.contains(address)) {
                return window;
            }
        }
        return null;
    }

    private void decode() {
        ports = windows(IO_DECODING, bar -> bar.kind() == PciBar.Kind.IO);
        memory = windows(MEMORY_DECODING, bar -> bar.kind() != PciBar.Kind.IO);
    }

    private BarWindow[] windows(int decoding, Predicate<PciBar> which) {
        if ((kept[COMMAND] & decoding) == 0) {
            return NONE;
        }
        List<BarWindow> windows = new ArrayList<>();
        for (PciBar bar : bars) {
            long base = base(bar);
            if (which.test(bar) && isPlace(bar, base)) {
                windows.add(new BarWindow(bar.index(), base, bar.size()));
            }
        }
        return windows.toArray(NONE);
    }

    private long base(PciBar bar) {
        long low = Integer.toUnsignedLong(getInt(kept, bar.offset()) & ~bar.flags());
        long high = bar.registers() == 2 ? getInt(kept, bar.offset() + Integer.BYTES) : 0;
        return high << Integer.SIZE | low;
    }

    /** Not 0, which is no address yet, nor the ones by which a guest asks for the size. */
    private static boolean isPlace(PciBar bar, long base) {
        long end = base + bar.size();
        return base > 0
                && switch (bar.kind()) {
                    case IO -> end <= PORTS;
                    case MEMORY_32 -> end < 1L << Integer.SIZE;
                    case MEMORY_64 -> end > 0;
                };
    }

    private static int getInt(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset);
    }
}
