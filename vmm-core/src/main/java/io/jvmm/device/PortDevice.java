package io.jvmm.device;

/** A device with registers in I/O port space. Called by all vCPU threads. */
public interface PortDevice {

    /**
     * The guest reads.
     *
     * @param offset from the device's first port
     * @param size 1, 2 or 4 bytes
     * @return the value, in the low bytes
     */
    long read(int offset, int size);

    /**
     * The guest writes.
     *
     * @param offset from the device's first port
     * @param size 1, 2 or 4 bytes
     * @param value zero-extended
     */
    void write(int offset, int size, long value);
}
