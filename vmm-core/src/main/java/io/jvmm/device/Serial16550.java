package io.jvmm.device;

/**
 * A 16550A serial port. It sends at once, so the transmitter is always empty; it has no interrupt
 * line, but its registers say what the line would.
 *
 * <p>Registers by offset: 0 data (divider low), 1 interrupt enable (divider high), 2 interrupt
 * identification / FIFO control, 3 line control, 4 modem control, 5 line status, 6 modem status, 7
 * scratch. Source: PC16550D data sheet.
 */
public final class Serial16550 implements PortDevice {

    /** First port of the first serial port of a PC. */
    public static final int COM1 = 0x3F8;

    /** Number of registers. */
    public static final int PORTS = 8;

    private static final int IER_RECEIVED = 1;
    private static final int IER_THR_EMPTY = 2;
    private static final int IER_LINE_STATUS = 4;
    private static final int IER_MODEM_STATUS = 8;

    private static final int IIR_NONE = 1;
    private static final int IIR_MODEM_STATUS = 0;
    private static final int IIR_THR_EMPTY = 2;
    private static final int IIR_RECEIVED = 4;
    private static final int IIR_LINE_STATUS = 6;
    private static final int IIR_FIFO_ENABLED = 0xC0;
    private static final int IIR_SOURCE = 0x0F;

    private static final int FCR_ENABLE = 1;
    private static final int FCR_CLEAR_RECEIVER = 2;
    private static final int FCR_KEPT = 0xC9;

    private static final int LCR_DIVIDER_ACCESS = 0x80;
    private static final int MCR_LOOPBACK = 0x10;
    private static final int MCR_BITS = 0x1F;

    private static final int LSR_DATA_READY = 1;
    private static final int LSR_OVERRUN = 2;
    private static final int LSR_ERRORS = 0x1E;

    private static final int MSR_DELTAS = 0x0F;

    private final SerialOutput output;
    private final SerialState state = new SerialState();

    /**
     * A port after power-on.
     *
     * @param output where its bytes go
     */
    public Serial16550(SerialOutput output) {
        this.output = output;
    }

    /**
     * What migrates; to be touched only while the vCPUs are stopped.
     *
     * @return the live registers
     */
    public SerialState state() {
        return state;
    }

    /**
     * A byte arrives on the line.
     *
     * @param octet 0 to 255
     */
    public synchronized void receive(int octet) {
        boolean fifo = (state.fcr & FCR_ENABLE) != 0;
        int capacity = fifo ? SerialState.FIFO_SIZE : 1;
        if (fifo && state.receiveCount < capacity) {
            int tail = (state.receiveHead + state.receiveCount) % SerialState.FIFO_SIZE;
            state.receiveFifo[tail] = (byte) octet;
            state.receiveCount++;
        } else if (fifo || (state.lsr & LSR_DATA_READY) != 0) {
            state.lsr |= LSR_OVERRUN;
        }
        if (!fifo) {
            state.rbr = octet;
        }
        state.lsr |= LSR_DATA_READY;
        updateIdentification();
    }

    /** A wide access is one access per byte, as on the ISA bus. */
    @Override
    public synchronized long read(int offset, int size) {
        long value = 0;
        for (int i = 0; i < size; i++) {
            int octet = offset + i < PORTS ? readRegister(offset + i) : 0xFF;
            value |= (long) octet << (i * 8);
        }
        return value;
    }

    @Override
    public synchronized void write(int offset, int size, long value) {
        for (int i = 0; i < size && offset + i < PORTS; i++) {
            writeRegister(offset + i, (int) (value >>> (i * 8)) & 0xFF);
        }
    }

    private int readRegister(int register) {
        return switch (register) {
            case 0 -> isDividerAccess() ? state.divider & 0xFF : takeReceived();
            case 1 -> isDividerAccess() ? state.divider >> 8 : state.ier;
            case 2 -> takeIdentification();
            case 3 -> state.lcr;
            case 4 -> state.mcr;
            case 5 -> takeLineStatus();
            case 6 -> takeModemStatus();
            default -> state.scr;
        };
    }

    private void writeRegister(int register, int value) {
        switch (register) {
            case 0 -> writeData(value);
            case 1 -> writeInterruptEnable(value);
            case 2 -> writeFifoControl(value);
            case 3 -> state.lcr = value;
            case 4 -> state.mcr = value & MCR_BITS;
            case 7 -> state.scr = value;
            default -> {} // the two status registers are read-only
        }
    }

    private boolean isDividerAccess() {
        return (state.lcr & LCR_DIVIDER_ACCESS) != 0;
    }

    private boolean isLoopback() {
        return (state.mcr & MCR_LOOPBACK) != 0;
    }

    private void writeData(int value) {
        if (isDividerAccess()) {
            state.divider = (state.divider & 0xFF00) | value;
            return;
        }
        if (isLoopback()) {
            receive(value);
        } else {
            output.send(value);
        }
        state.thrPending = 1;
        updateIdentification();
    }

    private void writeInterruptEnable(int value) {
        if (isDividerAccess()) {
            state.divider = (state.divider & 0xFF) | (value << 8);
            return;
        }
        boolean newlyAsked = (value & ~state.ier & IER_THR_EMPTY) != 0;
        state.ier = value & 0x0F;
        if (newlyAsked) {
            state.thrPending = 1;
        }
        updateIdentification();
    }

    /** Switching the FIFO on or off empties it. */
    private void writeFifoControl(int value) {
        boolean switched = ((value ^ state.fcr) & FCR_ENABLE) != 0;
        if (switched || (value & FCR_CLEAR_RECEIVER) != 0) {
            state.receiveCount = 0;
            state.receiveHead = 0;
            state.lsr &= ~LSR_DATA_READY;
        }
        state.fcr = value & FCR_KEPT;
        updateIdentification();
    }

    private int takeReceived() {
        int octet = state.rbr;
        if ((state.fcr & FCR_ENABLE) != 0 && state.receiveCount > 0) {
            octet = state.receiveFifo[state.receiveHead] & 0xFF;
            state.receiveHead = (state.receiveHead + 1) % SerialState.FIFO_SIZE;
            state.receiveCount--;
        }
        if (state.receiveCount == 0) {
            state.lsr &= ~LSR_DATA_READY;
        }
        updateIdentification();
        return octet;
    }

    /** Reading "transmitter empty" takes it back. */
    private int takeIdentification() {
        int value = state.iir;
        if ((value & IIR_SOURCE) == IIR_THR_EMPTY) {
            state.thrPending = 0;
            updateIdentification();
        }
        return value;
    }

    private int takeLineStatus() {
        int value = state.lsr;
        state.lsr &= ~LSR_ERRORS;
        updateIdentification();
        return value;
    }

    /** In loopback the modem's lines are our own: DTR, RTS, OUT1, OUT2 as DSR, CTS, RI, DCD. */
    private int takeModemStatus() {
        if (isLoopback()) {
            int mcr = state.mcr;
            return ((mcr & 0x0C) << 4) | ((mcr & 2) << 3) | ((mcr & 1) << 5);
        }
        int value = state.msr;
        state.msr &= ~MSR_DELTAS;
        updateIdentification();
        return value;
    }

    private void updateIdentification() {
        boolean fifo = (state.fcr & FCR_ENABLE) != 0;
        state.iir = pendingSource() | (fifo ? IIR_FIFO_ENABLED : 0);
    }

    /** The most urgent source that is enabled. */
    private int pendingSource() {
        if (isAsked(IER_LINE_STATUS) && (state.lsr & LSR_ERRORS) != 0) {
            return IIR_LINE_STATUS;
        }
        if (isAsked(IER_RECEIVED) && (state.lsr & LSR_DATA_READY) != 0) {
            return IIR_RECEIVED;
        }
        if (isAsked(IER_THR_EMPTY) && state.thrPending != 0) {
            return IIR_THR_EMPTY;
        }
        if (isAsked(IER_MODEM_STATUS) && (state.msr & MSR_DELTAS) != 0) {
            return IIR_MODEM_STATUS;
        }
        return IIR_NONE;
    }

    private boolean isAsked(int source) {
        return (state.ier & source) != 0;
    }
}
