package io.jvmm.device.pci;

/**
 * Where a BAR answers now.
 *
 * @param bar number of the BAR
 * @param first first port or address
 * @param size how many
 */
record BarWindow(int bar, long first, long size) {
    boolean contains(long address) {
        return Long.compareUnsigned(address - first, size) < 0;
    }
}
