package io.jvmm.vfio.user;

import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The memory that a server may reach, and what it has written by messages: it cannot log those
 * writes, since they are ours.
 *
 * <p>Any thread; the callers hold this object's monitor while they use a region, so that it is not
 * taken away meanwhile.
 */
final class DmaTable {
    private static final int PAGE_SHIFT = 12;

    private final List<Entry> entries = new ArrayList<>();
    private boolean logging;

    /** One region, and its pages that a message has written while logging. */
    record Entry(DmaRegion region, BitSet written) {
        long end() {
            return region.iova() + region.size();
        }

        private boolean overlaps(DmaRegion other) {
            return other.iova() < end() && region.iova() < other.iova() + other.size();
        }

        /** Whether an access lies inside; the sum cannot overflow, whatever the server says. */
        private boolean contains(long address, long count) {
            long offset = address - region.iova();
            return offset >= 0 && count >= 0 && offset <= region.size() - count;
        }
    }

    synchronized void add(DmaRegion region) {
        if (region.iova() < 0 || region.iova() > Long.MAX_VALUE - region.size()) {
            throw new VfioException(
                    "A DMA region lies outside the address space: iova=%#x size=%d"
                            .formatted(region.iova(), region.size()));
        }
        for (Entry entry : entries) {
            if (entry.overlaps(region)) {
                throw new VfioException(
                        "DMA regions overlap: iova=%#x size=%d"
                                .formatted(region.iova(), region.size()));
            }
        }
        entries.add(new Entry(region, new BitSet()));
    }

    synchronized void remove(DmaRegion region) {
        entries.removeIf(entry -> entry.region.iova() == region.iova());
    }

    /** The region that holds all of an access, or null. */
    synchronized @Nullable Entry find(long address, long count) {
        for (int i = 0; i < entries.size(); i++) {
            if (entries.get(i).contains(address, count)) {
                return entries.get(i);
            }
        }
        return null;
    }

    synchronized int size() {
        return entries.size();
    }

    synchronized Entry get(int index) {
        return entries.get(index);
    }

    synchronized void setLogging(boolean on) {
        logging = on;
        for (Entry entry : entries) {
            entry.written.clear();
        }
    }

    /** Notes a write by a message. */
    synchronized void wrote(Entry entry, long address, long count) {
        if (logging && count > 0) {
            long first = address - entry.region.iova();
            entry.written.set(
                    Math.toIntExact(first >> PAGE_SHIFT),
                    Math.toIntExact(((first + count - 1) >> PAGE_SHIFT) + 1));
        }
    }

    /**
     * Takes out the next page that a message has written, as an address.
     *
     * @return the page's address, or -1 if there is none in the range
     */
    synchronized long takeWritten(Entry entry, long from, long to) {
        BitSet written = entry.written;
        int page = written.nextSetBit((int) ((from - entry.region.iova()) >> PAGE_SHIFT));
        if (page < 0) {
            return -1;
        }
        long address = entry.region.iova() + ((long) page << PAGE_SHIFT);
        if (address >= to) {
            return -1;
        }
        written.clear(page);
        return address;
    }
}
