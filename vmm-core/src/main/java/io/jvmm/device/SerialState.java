package io.jvmm.device;

/**
 * What migrates of a {@link Serial16550}: the fields of QEMU's {@code serial} version 3 and of its
 * subsections, each register in the low bits of an int.
 */
public final class SerialState {

    /** Bytes in the receive FIFO at most. */
    public static final int FIFO_SIZE = 16;

    /** Baud rate divider, 16 bits. */
    public int divider = 12;

    /** Receive buffer. */
    public int rbr;

    /** Interrupt enable. */
    public int ier;

    /** Interrupt identification. */
    public int iir = 1;

    /** Line control. */
    public int lcr;

    /** Modem control. */
    public int mcr = 8;

    /** Line status. */
    public int lsr = 0x60;

    /** Modem status. */
    public int msr = 0xB0;

    /** Scratch. */
    public int scr;

    /** FIFO control. */
    public int fcr;

    /** 1 = "transmitter empty" is to be signalled (subsection {@code serial/thr_ipending}). */
    public int thrPending;

    /** Received bytes, a ring (subsection {@code serial/recv_fifo}). */
    public final byte[] receiveFifo = new byte[FIFO_SIZE];

    /** Index of the oldest byte in {@link #receiveFifo}. */
    public int receiveHead;

    /** Bytes in {@link #receiveFifo}. */
    public int receiveCount;

    /** The state after power-on. */
    public SerialState() {}
}
