package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.StructLayout;
import java.util.List;

/** What a device, a region or an IOMMU says about itself beyond the fixed struct. */
public sealed interface VfioCapability {
    /**
     * Only these parts of a region can be mapped ({@code VFIO_REGION_INFO_CAP_SPARSE_MMAP}).
     *
     * @param areas the parts
     */
    record SparseMmap(List<MappableArea> areas) implements VfioCapability {
        static final int ID = 1;
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                CapabilityChain.HEADER.withName("header"),
                                JAVA_INT.withName("nr_areas"),
                                JAVA_INT.withName("reserved"))
                        .withName("vfio_region_info_cap_sparse_mmap");
        static final StructLayout AREA =
                MemoryLayout.structLayout(JAVA_LONG.withName("offset"), JAVA_LONG.withName("size"))
                        .withName("vfio_region_sparse_mmap_area");

        /** Copies the list. */
        public SparseMmap {
            areas = List.copyOf(areas);
        }
    }

    /**
     * What a region beyond the fixed ones is ({@code VFIO_REGION_INFO_CAP_TYPE}).
     *
     * @param type kind, per bus driver
     * @param subtype kind within it
     */
    record RegionType(int type, int subtype) implements VfioCapability {
        static final int ID = 2;
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                CapabilityChain.HEADER.withName("header"),
                                JAVA_INT.withName("type"),
                                JAVA_INT.withName("subtype"))
                        .withName("vfio_region_info_cap_type");
    }

    /**
     * The MSI-X table of a region may be mapped together with the rest; it is still set up by
     * {@code VFIO_DEVICE_SET_IRQS} alone ({@code VFIO_REGION_INFO_CAP_MSIX_MAPPABLE}).
     */
    record MsixMappable() implements VfioCapability {
        static final int ID = 3;
    }

    /**
     * Which atomic operations the way to memory completes ({@code
     * VFIO_DEVICE_INFO_CAP_PCI_ATOMIC_COMP}).
     *
     * @param flags bits 0, 1, 2 for 32, 64, 128 bits
     */
    record AtomicCompletion(int flags) implements VfioCapability {
        static final int ID = 5;
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                CapabilityChain.HEADER.withName("header"),
                                JAVA_INT.withName("flags"),
                                JAVA_INT.withName("reserved"))
                        .withName("vfio_device_info_cap_pci_atomic_comp");
    }

    /**
     * Where memory can be mapped ({@code VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE}).
     *
     * @param ranges the ranges, ascending
     */
    record IovaRanges(List<IovaRange> ranges) implements VfioCapability {
        static final int ID = 1;
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                CapabilityChain.HEADER.withName("header"),
                                JAVA_INT.withName("nr_iovas"),
                                JAVA_INT.withName("reserved"))
                        .withName("vfio_iommu_type1_info_cap_iova_range");
        static final StructLayout RANGE =
                MemoryLayout.structLayout(JAVA_LONG.withName("start"), JAVA_LONG.withName("end"))
                        .withName("vfio_iova_range");

        /** Copies the list. */
        public IovaRanges {
            ranges = List.copyOf(ranges);
        }
    }

    /**
     * One range of addresses.
     *
     * @param first its first address, unsigned
     * @param last its last address, unsigned
     */
    record IovaRange(long first, long last) {
        /** Checks their order. */
        public IovaRange {
            if (Long.compareUnsigned(first, last) > 0) {
                throw new VfioException(
                        "A range of addresses ends before it begins: first=%x last=%x"
                                .formatted(first, last));
            }
        }
    }

    /**
     * The IOMMU can say which pages have been written ({@code
     * VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION}).
     *
     * @param pageSizes a bit for each page size that a bit of the report can stand for
     * @param maxBitmapBytes longest report
     */
    record DirtyTracking(long pageSizes, long maxBitmapBytes) implements VfioCapability {
        static final int ID = 2;
        // The C struct has 4 bytes of padding before the first 64-bit field.
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                CapabilityChain.HEADER.withName("header"),
                                JAVA_INT.withName("flags"),
                                MemoryLayout.paddingLayout(Integer.BYTES),
                                JAVA_LONG.withName("pgsize_bitmap"),
                                JAVA_LONG.withName("max_dirty_bitmap_size"))
                        .withName("vfio_iommu_type1_info_cap_migration");
    }

    /**
     * How many more mappings there can be ({@code VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL}).
     *
     * @param count unsigned
     */
    record MappingsAvailable(int count) implements VfioCapability {
        static final int ID = 3;
        static final StructLayout LAYOUT =
                MemoryLayout.structLayout(
                                CapabilityChain.HEADER.withName("header"),
                                JAVA_INT.withName("avail"))
                        .withName("vfio_iommu_type1_info_dma_avail");
    }

    /**
     * One that this code does not know; harmless by contract.
     *
     * @param id its number
     * @param version of its layout
     */
    record Unknown(int id, int version) implements VfioCapability {}
}
