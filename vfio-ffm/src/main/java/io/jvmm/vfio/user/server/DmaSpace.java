package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The client's memory that the device may reach. Regions that come without a descriptor, or may
 * only be read, are known but not reached.
 *
 * <p>Any thread.
 */
final class DmaSpace {
    private static final int MAXIMUM_REGIONS = 65535;

    private final NavigableMap<Long, Region> regions = new TreeMap<>();

    private record Region(long address, long size, @Nullable Mapping memory) {
        private void close() {
            if (memory != null) {
                memory.close();
            }
        }
    }

    /**
     * Adds a region.
     *
     * @param file what to map for writing, or null
     */
    synchronized void map(long address, long size, @Nullable Fd file, long fileOffset) {
        if (address < 0 || size <= 0 || address > Long.MAX_VALUE - size) {
            throw refused(Errno.EINVAL, "No region", address, size);
        }
        Map.Entry<Long, Region> before = regions.lowerEntry(address + size);
        if (before != null && before.getKey() + before.getValue().size() > address) {
            throw refused(Errno.EEXIST, "Regions overlap", address, size);
        }
        if (regions.size() >= MAXIMUM_REGIONS) {
            throw refused(Errno.ENOSPC, "Too many regions", address, size);
        }
        Mapping memory = null;
        if (file != null) {
            // an access behind the file's end would be a signal, not an error
            if (fileOffset < 0 || fileOffset > file.fileSize() - size) {
                throw refused(Errno.EINVAL, "The file is too short", address, size);
            }
            memory = Mapping.of(file, fileOffset, size);
        }
        regions.put(address, new Region(address, size, memory));
    }

    /** Removes a region, as it was mapped. */
    synchronized void unmap(long address, long size) {
        Region region = regions.get(address);
        if (region == null || region.size() != size) {
            throw refused(Errno.ENOENT, "No such region", address, size);
        }
        regions.remove(address);
        region.close();
    }

    /** Removes all regions. */
    synchronized void clear() {
        regions.values().forEach(Region::close);
        regions.clear();
    }

    /**
     * Writes a number into memory.
     *
     * @param address a multiple of 8
     * @return false if it cannot be reached
     */
    synchronized boolean write(long address, long value) {
        Map.Entry<Long, Region> entry = regions.floorEntry(address);
        if (entry == null) {
            return false;
        }
        Region region = entry.getValue();
        long offset = address - region.address();
        if (region.memory() == null || offset > region.size() - Long.BYTES) {
            return false;
        }
        region.memory().segment().set(JAVA_LONG, offset, value);
        return true;
    }

    private static RefusedException refused(Errno errno, String what, long address, long size) {
        return new RefusedException(errno, what + ": address=" + address + " size=" + size);
    }
}
