package io.jvmm.device;

import io.jvmm.guest.GuestCrashException;

/**
 * System control port A: address line 20 in bit 1. The line is always on here, whatever the bit
 * says; boot code only wants to read back what it wrote. Bit 0 would reset the machine.
 */
public final class FastA20 implements PortDevice {

    /** Its one port. */
    public static final int PORT = 0x92;

    private static final int RESET = 1;

    private volatile int value;

    /** A port that reads as 0. */
    public FastA20() {}

    /**
     * The register, which is all that migrates.
     *
     * @return 0 to 255
     */
    public int value() {
        return value;
    }

    /**
     * Sets the register, as a load does.
     *
     * @param newValue 0 to 255
     */
    public void setValue(int newValue) {
        value = newValue & 0xFF;
    }

    @Override
    public long read(int offset, int size) {
        return value;
    }

    @Override
    public void write(int offset, int size, long written) {
        if ((written & RESET) != 0) {
            throw new GuestCrashException("reset asked by port 0x92; there is no reset");
        }
        setValue((int) written);
    }
}
