package io.jvmm.kernel;

import io.jvmm.vfio.VfioBackend;

/**
 * The first port of an mtty device. Each byte sent to it goes into a queue, from which it can be
 * received; so bytes can be left inside the device. 16 of them look like none: a flaw of mtty's.
 */
record SerialPort(VfioBackend device) {
    private static final int REGION = 0;
    private static final int DATA = 0;
    private static final int INTERRUPT_ENABLE = 1;
    private static final int FIFO_CONTROL = 2;
    private static final int LINE_STATUS = 5;
    private static final int RECEIVED_AVAILABLE = 1;
    private static final int DATA_READY = 1;
    private static final int CLEAR_FIFO = 7;

    /** Empties the queue, which outlives a close and a reset of the device. */
    SerialPort clear() {
        write(FIFO_CONTROL, CLEAR_FIFO);
        write(INTERRUPT_ENABLE, 0);
        return this;
    }

    void send(String text) {
        text.chars().forEach(character -> write(DATA, character));
    }

    /** All that is in the queue. */
    String receive() {
        StringBuilder text = new StringBuilder();
        while ((device.readRegister(REGION, LINE_STATUS, 1) & DATA_READY) != 0) {
            text.append((char) device.readRegister(REGION, DATA, 1));
        }
        return text.toString();
    }

    /** From now on, an interrupt tells of each byte that can be received. */
    void enableReceiveInterrupt() {
        write(INTERRUPT_ENABLE, RECEIVED_AVAILABLE);
    }

    private void write(int register, int value) {
        device.writeRegister(REGION, register, 1, value);
    }
}
