package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The PCI configuration space of the UART: a type 0 header without capabilities.
 *
 * <pre>
 *   00  vendor 4a56   device 000p        p = number of ports
 *   04  command       status             bit 3: the interrupt line is up
 *   08  revision 01   class 07 00 02     a serial port, 16550
 *   10  BAR0 [14 BAR1]                   I/O, 8 bytes
 *   2c  subsystem as 00
 *   3c  interrupt line, pin A
 * </pre>
 *
 * <p>Source: PCI Local Bus 3.0, chapter 6. One thread.
 */
final class PciConfig {
    /** Bytes of the configuration space. */
    static final int SIZE = 256;

    private static final int VENDOR = 0x4a56;
    private static final int COMMAND = 0x04;
    private static final int STATUS = 0x06;
    private static final int STATUS_INTERRUPT = 8;
    private static final int REVISION_AND_CLASS = 0x08;
    private static final int SERIAL_16550 = 0x070002_01;
    private static final int BAR0 = 0x10;
    private static final int BAR_IO = 1;
    private static final int SUBSYSTEM = 0x2c;
    private static final int INTERRUPT_LINE = 0x3c;
    private static final int INTERRUPT_PIN = 0x3d;

    /** I/O, memory, bus master; interrupts off. */
    private static final int COMMAND_WRITABLE = 0x0407;

    private static final int BAR_WRITABLE = -UartPort.REGISTERS;

    private final MemorySegment bytes = Arena.ofAuto().allocate(SIZE, Integer.BYTES);
    private final MemorySegment writable = Arena.ofAuto().allocate(SIZE, Integer.BYTES);

    PciConfig(int ports) {
        bytes.set(JAVA_INT, 0, VENDOR | (ports << 16));
        bytes.set(JAVA_INT, REVISION_AND_CLASS, SERIAL_16550);
        bytes.set(JAVA_INT, SUBSYSTEM, VENDOR | (ports << 16));
        bytes.set(JAVA_BYTE, INTERRUPT_PIN, (byte) 1);
        writable.set(JAVA_INT, COMMAND, COMMAND_WRITABLE);
        writable.set(JAVA_BYTE, INTERRUPT_LINE, (byte) 0xff);
        for (int i = 0; i < ports; i++) {
            bytes.set(JAVA_INT, BAR0 + 4L * i, BAR_IO);
            writable.set(JAVA_INT, BAR0 + 4L * i, BAR_WRITABLE);
        }
    }

    int read(long offset) {
        return Byte.toUnsignedInt(bytes.get(JAVA_BYTE, offset));
    }

    void write(long offset, int value) {
        int mask = writable.get(JAVA_BYTE, offset);
        int kept = bytes.get(JAVA_BYTE, offset) & ~mask;
        bytes.set(JAVA_BYTE, offset, (byte) (kept | (value & mask)));
    }

    void setInterrupting(boolean up) {
        int status = bytes.get(JAVA_BYTE, STATUS) & ~STATUS_INTERRUPT;
        bytes.set(JAVA_BYTE, STATUS, (byte) (status | (up ? STATUS_INTERRUPT : 0)));
    }
}
