package io.jvmm.guest;

/**
 * Where the port and memory-mapped accesses of the vCPUs go.
 *
 * <p>Called on vCPU threads, several at once. Values are in the low bytes, zero-extended.
 */
public interface IoBus {

    /**
     * The guest reads a port. A port without a device reads as all ones.
     *
     * @param port 0 to 0xFFFF
     * @param size 1, 2 or 4 bytes
     * @return the value read
     */
    long in(int port, int size);

    /**
     * The guest writes a port. A write to a port without a device is lost.
     *
     * @param port 0 to 0xFFFF
     * @param size 1, 2 or 4 bytes
     * @param value the value written
     */
    void out(int port, int size, long value);

    /**
     * The guest reads a guest-physical address outside RAM.
     *
     * @param address guest-physical address
     * @param size 1, 2, 4 or 8 bytes
     * @return the value read
     * @throws GuestCrashException if nothing is there
     */
    long readMmio(long address, int size);

    /**
     * The guest writes a guest-physical address outside RAM.
     *
     * @param address guest-physical address
     * @param size 1, 2, 4 or 8 bytes
     * @param value the value written
     * @throws GuestCrashException if nothing is there
     */
    void writeMmio(long address, int size, long value);
}
