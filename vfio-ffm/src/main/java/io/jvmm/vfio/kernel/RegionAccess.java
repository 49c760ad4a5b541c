package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Reads and writes registers by {@code pread} and {@code pwrite}, inside their region: drivers need
 * not check. Any thread; a thread's first access allocates, no other.
 */
final class RegionAccess {
    private static final ValueLayout.OfLong VALUE = JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final DeviceFile file;
    private final String about;
    private final ThreadLocal<MemorySegment> values =
            ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(VALUE));

    RegionAccess(DeviceFile file, String about) {
        this.file = file;
        this.about = about;
    }

    /** The register's value, zero-extended. */
    long read(RegionInfo region, long offset, int size) {
        check(region, offset, size, region.readable());
        MemorySegment value = values.get();
        value.set(VALUE, 0, 0);
        long result = file.readAt(value, size, region.offset() + offset);
        requireWhole(result, "pread", region, offset, size);
        return value.get(VALUE, 0);
    }

    void write(RegionInfo region, long offset, int size, long newValue) {
        check(region, offset, size, region.writable());
        MemorySegment value = values.get();
        value.set(VALUE, 0, newValue);
        long result = file.writeAt(value, size, region.offset() + offset);
        requireWhole(result, "pwrite", region, offset, size);
    }

    private void check(RegionInfo region, long offset, int size, boolean allowed) {
        if (size < 1 || size > Long.BYTES || Integer.bitCount(size) != 1) {
            throw new VfioException(
                    "No register has this size: %s region=%d size=%d"
                            .formatted(about, region.index(), size));
        }
        region.requireInside(offset, size);
        if (!allowed) {
            throw new VfioException(
                    "A region refuses this kind of access: %s %s".formatted(about, region));
        }
    }

    private void requireWhole(long result, String call, RegionInfo region, long offset, int size) {
        if (result == size) {
            return;
        }
        String where =
                "%s region=%d offset=%d size=%d".formatted(about, region.index(), offset, size);
        if (result < 0) {
            throw Failures.of(result, call, where);
        }
        throw new VfioException(
                "A register was accessed in part: call=%s %s done=%d"
                        .formatted(call, where, result));
    }
}
