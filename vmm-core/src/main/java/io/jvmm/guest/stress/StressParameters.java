package io.jvmm.guest.stress;

/**
 * What the stress guest is to do.
 *
 * @param start guest-physical address of the working set, on a page boundary
 * @param size bytes of the working set, whole pages, at least one per vCPU
 * @param pagesPerSecond pages dirtied by all vCPUs together; 0 = as fast as they can
 * @param vcpus how many, 1 to 16
 * @param clockPort the pause clock's first port; eight ports per vCPU
 * @param uarts how many serial ports on the PCI bus it uses, 0 to 16
 */
public record StressParameters(
        long start, long size, int pagesPerSecond, int vcpus, int clockPort, int uarts) {

    /** Where a working set begins if nothing else is asked: 1 MiB. */
    public static final long DEFAULT_START = 1 << 20;

    private static final long ADDRESS_LIMIT = 1L << 32;

    /** Rejects what the guest cannot do. */
    public StressParameters {
        require(vcpus >= 1 && vcpus <= StressLayout.MAXIMUM_VCPUS, "vcpus", vcpus);
        require(pagesPerSecond >= 0, "pagesPerSecond", pagesPerSecond);
        require(start >= StressLayout.END && start % StressLayout.PAGE_SIZE == 0, "start", start);
        require(size % StressLayout.PAGE_SIZE == 0, "size", size);
        require(size / StressLayout.PAGE_SIZE >= vcpus, "size", size);
        require(start + size <= ADDRESS_LIMIT, "size", size);
        require(clockPort >= 0 && clockPort <= 0xFF80, "clockPort", clockPort);
        require(uarts >= 0 && uarts <= StressLayout.MAXIMUM_UARTS, "uarts", uarts);
    }

    /**
     * A guest that uses no serial ports.
     *
     * @param start guest-physical address of the working set, on a page boundary
     * @param size bytes of the working set, whole pages, at least one per vCPU
     * @param pagesPerSecond pages dirtied by all vCPUs together; 0 = as fast as they can
     * @param vcpus how many, 1 to 16
     * @param clockPort the pause clock's first port; eight ports per vCPU
     */
    public StressParameters(long start, long size, int pagesPerSecond, int vcpus, int clockPort) {
        this(start, size, pagesPerSecond, vcpus, clockPort, 0);
    }

    private static void require(boolean holds, String name, long value) {
        if (!holds) {
            throw new IllegalArgumentException(
                    "The stress guest cannot do that: %s=%d".formatted(name, value));
        }
    }

    /** The first page of a vCPU's slice; that of the vCPU behind the last ends the working set. */
    long firstPage(int vcpu) {
        long pages = size / StressLayout.PAGE_SIZE;
        return start / StressLayout.PAGE_SIZE + pages * vcpu / vcpus;
    }
}
