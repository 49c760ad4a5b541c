package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.VfioCapability.SparseMmap;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.List;

/** From {@code struct vfio_region_info} and its capabilities to {@link RegionInfo}. */
final class RegionDecoder {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("index"),
                            JAVA_INT.withName("cap_offset"),
                            JAVA_LONG.withName("size"),
                            JAVA_LONG.withName("offset"))
                    .withName("vfio_region_info");

    static final int FLAG_READ = 1;
    static final int FLAG_WRITE = 1 << 1;
    static final int FLAG_MMAP = 1 << 2;
    static final int FLAG_CAPS = 1 << 3;

    private RegionDecoder() {}

    /** The region's capabilities. */
    static List<VfioCapability> capabilities(MemorySegment info) {
        if ((flags(info) & FLAG_CAPS) == 0) {
            return List.of();
        }
        int first = info.get(JAVA_INT, Structs.offset(LAYOUT, "cap_offset"));
        return CapabilityChain.entries(info, LAYOUT.byteSize(), first).stream()
                .map(CapabilityDecoder::ofRegion)
                .toList();
    }

    /** The region. */
    static RegionInfo region(int index, MemorySegment info, List<VfioCapability> capabilities) {
        long size = info.get(JAVA_LONG, Structs.offset(LAYOUT, "size"));
        long offset = info.get(JAVA_LONG, Structs.offset(LAYOUT, "offset"));
        int flags = flags(info);
        if (size > 0 && offset > Long.MAX_VALUE - size) {
            throw new VfioException(
                    "A region ends beyond all files: region=%d size=%d offset=%d"
                            .formatted(index, size, offset));
        }
        RegionInfo region =
                new RegionInfo(
                        index,
                        size,
                        offset,
                        (flags & FLAG_READ) != 0,
                        (flags & FLAG_WRITE) != 0,
                        (flags & FLAG_MMAP) == 0 || size == 0
                                ? List.of()
                                : mappable(size, capabilities));
        region.mappable().forEach(area -> region.requireInside(area.offset(), area.size()));
        return region;
    }

    private static List<MappableArea> mappable(long size, List<VfioCapability> capabilities) {
        for (VfioCapability capability : capabilities) {
            if (capability instanceof SparseMmap(List<MappableArea> areas)) {
                return areas.stream().filter(area -> area.size() != 0).toList();
            }
        }
        return List.of(new MappableArea(0, size));
    }

    private static int flags(MemorySegment info) {
        return info.get(JAVA_INT, Structs.offset(LAYOUT, "flags"));
    }
}
