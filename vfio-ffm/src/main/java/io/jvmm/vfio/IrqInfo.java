package io.jvmm.vfio;

/**
 * One interrupt index of a device ({@code struct vfio_irq_info}).
 *
 * @param index its number: {@link #INTX}, {@link #MSI}, {@link #MSIX} for PCI
 * @param count how many interrupts it has; 0 if the device does not have it
 * @param eventFd whether it can signal an eventfd
 * @param maskable whether it can be masked
 * @param autoMasked whether it masks itself after each signal
 * @param noResize whether it must be set up as a whole
 */
public record IrqInfo(
        int index,
        int count,
        boolean eventFd,
        boolean maskable,
        boolean autoMasked,
        boolean noResize) {
    /** The legacy interrupt of a PCI device. */
    public static final int INTX = 0;

    /** Message-signalled interrupts of a PCI device. */
    public static final int MSI = 1;

    /** The same, extended. */
    public static final int MSIX = 2;
}
