package io.jvmm.vfio;

/**
 * What a device is ({@code struct vfio_device_info}).
 *
 * @param resettable whether it says that it can be reset; mtty can, and does not say so
 * @param pci whether its regions are those of a PCI device
 * @param regionCount number of regions
 * @param irqCount number of interrupt indexes
 */
public record DeviceInfo(boolean resettable, boolean pci, int regionCount, int irqCount) {
    /** Region index of the first BAR; BARs are 0 to 5. */
    public static final int BAR0_REGION = 0;

    /** Number of BARs. */
    public static final int BAR_COUNT = 6;

    /** Region index of the PCI configuration space. */
    public static final int CONFIG_REGION = 7;
}
