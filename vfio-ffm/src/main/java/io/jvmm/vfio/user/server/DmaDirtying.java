package io.jvmm.vfio.user.server;

/**
 * A device that writes memory of its client while it runs: a running number at the beginning of one
 * page after the other.
 *
 * @param iova first address, page-aligned
 * @param length bytes, a multiple of the page size
 * @param pagesPerSecond how fast
 */
public record DmaDirtying(long iova, long length, long pagesPerSecond) {
    /** Bytes of a page. */
    public static final long PAGE_SIZE = 4096;

    private static final long MAXIMUM_LENGTH = 1L << 40;

    /**
     * Checks the numbers.
     *
     * @throws IllegalArgumentException if they are no range of pages
     */
    public DmaDirtying {
        if (iova < 0
                || length <= 0
                || length > MAXIMUM_LENGTH
                || iova > Long.MAX_VALUE - length
                || (iova | length) % PAGE_SIZE != 0
                || pagesPerSecond <= 0) {
            throw new IllegalArgumentException(
                    "No range of pages to dirty: iova=%#x length=%d pagesPerSecond=%d"
                            .formatted(iova, length, pagesPerSecond));
        }
    }

    long pages() {
        return length / PAGE_SIZE;
    }
}
