package io.jvmm.device.pci;

/**
 * A function of a PCI device. Called by all vCPU threads at once.
 *
 * <p>Values are in the low bytes, zero-extended. What the device does not answer reads as ones.
 */
public interface PciFunction {

    /**
     * The part of its configuration space that the VMM keeps.
     *
     * @return the same object at every call
     */
    PciConfig config();

    /**
     * The guest reads its configuration space.
     *
     * @param offset first byte
     * @param size 1, 2 or 4 bytes, within an aligned group of four
     * @return the value
     */
    long readConfig(int offset, int size);

    /**
     * The guest writes its configuration space.
     *
     * @param offset first byte
     * @param size 1, 2 or 4 bytes, within an aligned group of four
     * @param value the value
     */
    void writeConfig(int offset, int size, long value);

    /**
     * The guest reads behind a BAR.
     *
     * @param bar number of the BAR
     * @param offset from the beginning of what the BAR shows; inside of it, though the access may
     *     reach beyond its end
     * @param size 1, 2, 4 or 8 bytes
     * @return the value
     */
    long readBar(int bar, long offset, int size);

    /**
     * The guest writes behind a BAR.
     *
     * @param bar number of the BAR
     * @param offset as in {@link #readBar}
     * @param size 1, 2, 4 or 8 bytes
     * @param value the value
     */
    void writeBar(int bar, long offset, int size, long value);
}
