package io.jvmm.device.pci;

/**
 * Where a function sits: function 0 of a slot of the only bus.
 *
 * @param slot 0 to 31
 */
public record PciAddress(int slot) {
    /** Slots of a bus. */
    public static final int SLOTS = 32;

    /** Checks the slot. */
    public PciAddress {
        if (slot < 0 || slot >= SLOTS) {
            throw new IllegalArgumentException("A PCI slot is a number from 0 to 31: slot=" + slot);
        }
    }

    /** In the form {@code 0000:00:01.0}, by which the function's sections are named as well. */
    @Override
    public String toString() {
        return "0000:00:%02x.0".formatted(slot);
    }
}
