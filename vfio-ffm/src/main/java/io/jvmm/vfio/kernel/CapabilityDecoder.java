package io.jvmm.vfio.kernel;

import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.kernel.VfioCapability.AtomicCompletion;
import io.jvmm.vfio.kernel.VfioCapability.DirtyTracking;
import io.jvmm.vfio.kernel.VfioCapability.IovaRange;
import io.jvmm.vfio.kernel.VfioCapability.IovaRanges;
import io.jvmm.vfio.kernel.VfioCapability.MappingsAvailable;
import io.jvmm.vfio.kernel.VfioCapability.MsixMappable;
import io.jvmm.vfio.kernel.VfioCapability.RegionType;
import io.jvmm.vfio.kernel.VfioCapability.SparseMmap;
import io.jvmm.vfio.kernel.VfioCapability.Unknown;
import java.util.ArrayList;
import java.util.List;

/** From the bytes of a chain to capabilities; the numbers mean something else per kind of chain. */
final class CapabilityDecoder {
    private CapabilityDecoder() {}

    /** A capability of a device. */
    static VfioCapability ofDevice(CapabilityChain.Entry entry) {
        return switch (entry.id()) {
            case AtomicCompletion.ID ->
                    new AtomicCompletion(
                            entry.intAt(Structs.offset(AtomicCompletion.LAYOUT, "flags")));
            default -> unknown(entry);
        };
    }

    /** A capability of a region. */
    static VfioCapability ofRegion(CapabilityChain.Entry entry) {
        return switch (entry.id()) {
            case SparseMmap.ID -> sparseMmap(entry);
            case RegionType.ID ->
                    new RegionType(
                            entry.intAt(Structs.offset(RegionType.LAYOUT, "type")),
                            entry.intAt(Structs.offset(RegionType.LAYOUT, "subtype")));
            case MsixMappable.ID -> new MsixMappable();
            default -> unknown(entry);
        };
    }

    /** A capability of a type1 IOMMU. */
    static VfioCapability ofIommu(CapabilityChain.Entry entry) {
        return switch (entry.id()) {
            case IovaRanges.ID -> iovaRanges(entry);
            case DirtyTracking.ID ->
                    new DirtyTracking(
                            entry.longAt(Structs.offset(DirtyTracking.LAYOUT, "pgsize_bitmap")),
                            entry.longAt(
                                    Structs.offset(DirtyTracking.LAYOUT, "max_dirty_bitmap_size")));
            case MappingsAvailable.ID ->
                    new MappingsAvailable(
                            entry.intAt(Structs.offset(MappingsAvailable.LAYOUT, "avail")));
            default -> unknown(entry);
        };
    }

    private static VfioCapability unknown(CapabilityChain.Entry entry) {
        return new Unknown(entry.id(), entry.version());
    }

    private static SparseMmap sparseMmap(CapabilityChain.Entry entry) {
        long array = SparseMmap.LAYOUT.byteSize();
        long stride = SparseMmap.AREA.byteSize();
        int count = entry.countAt(Structs.offset(SparseMmap.LAYOUT, "nr_areas"), array, stride);
        List<MappableArea> areas = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = array + i * stride;
            areas.add(new MappableArea(entry.longAt(at), entry.longAt(at + Long.BYTES)));
        }
        return new SparseMmap(areas);
    }

    private static IovaRanges iovaRanges(CapabilityChain.Entry entry) {
        long array = IovaRanges.LAYOUT.byteSize();
        long stride = IovaRanges.RANGE.byteSize();
        int count = entry.countAt(Structs.offset(IovaRanges.LAYOUT, "nr_iovas"), array, stride);
        List<IovaRange> ranges = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long at = array + i * stride;
            ranges.add(new IovaRange(entry.longAt(at), entry.longAt(at + Long.BYTES)));
        }
        return new IovaRanges(ranges);
    }
}
