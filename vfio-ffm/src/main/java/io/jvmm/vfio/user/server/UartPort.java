package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemorySegment;

/**
 * A 16550A serial port whose transmitter feeds its own receiver, as that of the kernel's mtty
 * sample: what is written is read back, through a FIFO of 16 bytes.
 *
 * <p>Its state:
 *
 * <pre>
 *   0  u8   interrupt enable    4  u8   FIFO control     8  u8  bytes in the FIFO
 *   1  u8   line control        5  u8   overrun          9      the FIFO, oldest first
 *   2  u8   modem control       6  u16  divisor         25      0
 *   3  u8   scratch
 * </pre>
 *
 * <p>Source: PC16550D data sheet. One thread.
 */
final class UartPort {
    /** Bytes of the state. */
    static final int STATE_SIZE = 32;

    /** Number of registers. */
    static final int REGISTERS = 8;

    private static final int FIFO_SIZE = 16;

    private static final int IER_RECEIVED = 1;
    private static final int IER_TRANSMITTER_EMPTY = 2;
    private static final int IER_LINE_STATUS = 4;
    private static final int IER_BITS = 0xf;

    private static final int IIR_NONE = 1;
    private static final int IIR_TRANSMITTER_EMPTY = 2;
    private static final int IIR_RECEIVED = 4;
    private static final int IIR_LINE_STATUS = 6;
    private static final int IIR_FIFO = 0xc0;

    private static final int FCR_ENABLE = 1;
    private static final int FCR_CLEAR_RECEIVER = 2;
    private static final int FCR_KEPT = 0xc9;

    private static final int LCR_DIVISOR = 0x80;
    private static final int MCR_BITS = 0x1f;

    private static final int LSR_DATA_READY = 1;
    private static final int LSR_OVERRUN = 2;
    private static final int LSR_TRANSMITTER_EMPTY = 0x60;

    private static final int MSR_CARRIER = 0xb0; // carrier, data set ready, clear to send

    private int ier;
    private int lcr;
    private int mcr;
    private int scr;
    private int fcr;
    private int divisor = 12; // 9600 baud
    private boolean overrun;
    private boolean transmitterPending;
    private final int[] fifo = new int[FIFO_SIZE];
    private int head;
    private int count;

    int read(int register) {
        return switch (register) {
            case 0 -> isDivisorAccess() ? divisor & 0xff : takeByte();
            case 1 -> isDivisorAccess() ? divisor >> 8 : ier;
            case 2 -> takeIdentification();
            case 3 -> lcr;
            case 4 -> mcr;
            case 5 -> takeLineStatus();
            case 6 -> MSR_CARRIER;
            default -> scr;
        };
    }

    void write(int register, int value) {
        switch (register) {
            case 0 -> writeData(value);
            case 1 -> writeInterruptEnable(value);
            case 2 -> writeFifoControl(value);
            case 3 -> lcr = value;
            case 4 -> mcr = value & MCR_BITS;
            case 7 -> scr = value;
            default -> {} // the status registers are read-only
        }
    }

    /** Whether the port asks for an interrupt. */
    boolean isInterrupting() {
        return pendingSource() != IIR_NONE;
    }

    private boolean isDivisorAccess() {
        return (lcr & LCR_DIVISOR) != 0;
    }

    private void writeData(int value) {
        if (isDivisorAccess()) {
            divisor = (divisor & 0xff00) | value;
            return;
        }
        if (count < FIFO_SIZE) {
            fifo[(head + count) % FIFO_SIZE] = value;
            count++;
        } else {
            overrun = true;
        }
        transmitterPending = true;
    }

    private void writeInterruptEnable(int value) {
        if (isDivisorAccess()) {
            divisor = (divisor & 0xff) | (value << 8);
            return;
        }
        if ((value & ~ier & IER_TRANSMITTER_EMPTY) != 0) {
            transmitterPending = true;
        }
        ier = value & IER_BITS;
    }

    private void writeFifoControl(int value) {
        if ((value & FCR_CLEAR_RECEIVER) != 0) {
            count = 0;
            head = 0;
        }
        fcr = value & FCR_KEPT;
    }

    private int takeByte() {
        if (count == 0) {
            return 0;
        }
        int value = fifo[head];
        head = (head + 1) % FIFO_SIZE;
        count--;
        return value;
    }

    /** Reading "transmitter empty" takes it back. */
    private int takeIdentification() {
        int source = pendingSource();
        if (source == IIR_TRANSMITTER_EMPTY) {
            transmitterPending = false;
        }
        return source | ((fcr & FCR_ENABLE) != 0 ? IIR_FIFO : 0);
    }

    private int takeLineStatus() {
        int status =
                LSR_TRANSMITTER_EMPTY
                        | (count > 0 ? LSR_DATA_READY : 0)
                        | (overrun ? LSR_OVERRUN : 0);
        overrun = false;
        return status;
    }

    private int pendingSource() {
        if ((ier & IER_LINE_STATUS) != 0 && overrun) {
            return IIR_LINE_STATUS;
        }
        if ((ier & IER_RECEIVED) != 0 && count > 0) {
            return IIR_RECEIVED;
        }
        if ((ier & IER_TRANSMITTER_EMPTY) != 0 && transmitterPending) {
            return IIR_TRANSMITTER_EMPTY;
        }
        return IIR_NONE;
    }

    void save(MemorySegment to, long at) {
        MemorySegment state = to.asSlice(at, STATE_SIZE).fill((byte) 0);
        state.set(JAVA_BYTE, 0, (byte) ier);
        state.set(JAVA_BYTE, 1, (byte) lcr);
        state.set(JAVA_BYTE, 2, (byte) mcr);
        state.set(JAVA_BYTE, 3, (byte) scr);
        state.set(JAVA_BYTE, 4, (byte) fcr);
        state.set(JAVA_BYTE, 5, (byte) ((overrun ? 1 : 0) | (transmitterPending ? 2 : 0)));
        state.set(JAVA_SHORT_UNALIGNED, 6, (short) divisor);
        state.set(JAVA_BYTE, 8, (byte) count);
        for (int i = 0; i < count; i++) {
            state.set(JAVA_BYTE, 9 + i, (byte) fifo[(head + i) % FIFO_SIZE]);
        }
    }

    /** Takes a state over; false, and nothing is changed, if it cannot be one. */
    boolean load(MemorySegment from, long at) {
        MemorySegment state = from.asSlice(at, STATE_SIZE);
        int bytes = octet(state, 8);
        if (bytes > FIFO_SIZE) {
            return false;
        }
        ier = octet(state, 0) & IER_BITS;
        lcr = octet(state, 1);
        mcr = octet(state, 2) & MCR_BITS;
        scr = octet(state, 3);
        fcr = octet(state, 4) & FCR_KEPT;
        overrun = (octet(state, 5) & 1) != 0;
        transmitterPending = (octet(state, 5) & 2) != 0;
        divisor = Short.toUnsignedInt(state.get(JAVA_SHORT_UNALIGNED, 6));
        head = 0;
        count = bytes;
        for (int i = 0; i < bytes; i++) {
            fifo[i] = octet(state, 9 + i);
        }
        return true;
    }

    private static int octet(MemorySegment state, long at) {
        return Byte.toUnsignedInt(state.get(JAVA_BYTE, at));
    }
}
