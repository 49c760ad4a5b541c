package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Ioctl;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.VfioCapability.DirtyTracking;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A container ({@code /dev/vfio/vfio}): groups of devices that see the same memory, through an
 * IOMMU of type 1. It owns the groups that were attached to it. One thread.
 */
public final class VfioContainer implements IoAddressSpace {
    static final Ioctl VFIO_GET_API_VERSION = Structs.vfio("VFIO_GET_API_VERSION", 0);
    static final Ioctl VFIO_CHECK_EXTENSION = Structs.vfio("VFIO_CHECK_EXTENSION", 1);
    static final Ioctl VFIO_SET_IOMMU = Structs.vfio("VFIO_SET_IOMMU", 2);
    static final Ioctl VFIO_IOMMU_GET_INFO = Structs.vfio("VFIO_IOMMU_GET_INFO", 12);
    static final Ioctl VFIO_IOMMU_MAP_DMA = Structs.vfio("VFIO_IOMMU_MAP_DMA", 13);
    static final Ioctl VFIO_IOMMU_UNMAP_DMA = Structs.vfio("VFIO_IOMMU_UNMAP_DMA", 14);
    static final Ioctl VFIO_IOMMU_DIRTY_PAGES = Structs.vfio("VFIO_IOMMU_DIRTY_PAGES", 17);

    static final StructLayout INFO =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_LONG.withName("iova_pgsizes"),
                            JAVA_INT.withName("cap_offset"),
                            MemoryLayout.paddingLayout(Integer.BYTES))
                    .withName("vfio_iommu_type1_info");
    static final StructLayout MAP =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_LONG.withName("vaddr"),
                            JAVA_LONG.withName("iova"),
                            JAVA_LONG.withName("size"))
                    .withName("vfio_iommu_type1_dma_map");
    static final StructLayout UNMAP =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_LONG.withName("iova"),
                            JAVA_LONG.withName("size"))
                    .withName("vfio_iommu_type1_dma_unmap");

    static final int INFO_CAPS = 1 << 1;
    static final int MAP_READ = 1;
    static final int MAP_WRITE = 1 << 1;

    /** Extension and type: unmapping splits no mapping. */
    static final int TYPE1V2_IOMMU = 3;

    /** Extension and type: the older rules. */
    static final int TYPE1_IOMMU = 1;

    private static final String PATH = "/dev/vfio/vfio";
    private static final int API_VERSION = 0;

    private final DeviceFile file;
    private final List<VfioGroup> groups = new ArrayList<>();

    VfioContainer(DeviceFile file) {
        this.file = file;
        long version = file.ioctl(VFIO_GET_API_VERSION, 0);
        if (version != API_VERSION) {
            throw new VfioException("Unknown version of the VFIO interface: version=" + version);
        }
    }

    /**
     * Opens an empty container.
     *
     * @return the container
     * @throws io.jvmm.linux.SyscallException if it cannot be opened
     * @throws VfioException if it does not speak version 0 of the interface, the only one there has
     *     been
     */
    public static VfioContainer open() {
        KernelFile file = KernelFile.open(PATH);
        try {
            return new VfioContainer(file);
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Takes a group in, which is closed with the container. The first one decides on the IOMMU.
     *
     * @param group a viable group that is in no container
     * @throws io.jvmm.linux.SyscallException if the kernel refuses
     * @throws VfioException if there is no IOMMU of type 1 for it
     */
    public void attach(VfioGroup group) {
        groups.add(group);
        group.setContainer(file);
        if (groups.size() == 1) {
            int type = iommuType();
            Failures.check(file.ioctl(VFIO_SET_IOMMU, type), VFIO_SET_IOMMU.name(), "type=" + type);
        }
    }

    private int iommuType() {
        for (int type : new int[] {TYPE1V2_IOMMU, TYPE1_IOMMU}) {
            if (checkExtension(type) > 0) {
                return type;
            }
        }
        throw new VfioException(
                "The kernel offers no IOMMU of type 1; is vfio_iommu_type1 loaded?");
    }

    /**
     * Asks for an extension ({@code VFIO_CHECK_EXTENSION}).
     *
     * @param extension its number in {@code linux/vfio.h}
     * @return 0 = absent, else its value, often 1
     */
    public int checkExtension(int extension) {
        return (int)
                Failures.check(
                        file.ioctl(VFIO_CHECK_EXTENSION, extension),
                        VFIO_CHECK_EXTENSION.name(),
                        "extension=" + extension);
    }

    /**
     * What the IOMMU can do, beyond mapping.
     *
     * @return its capabilities
     */
    public List<VfioCapability> capabilities() {
        MemorySegment info = new InfoRequest(VFIO_IOMMU_GET_INFO, INFO).fetch(file, "path=" + PATH);
        if ((info.get(JAVA_INT, Structs.offset(INFO, "flags")) & INFO_CAPS) == 0) {
            return List.of();
        }
        int first = info.get(JAVA_INT, Structs.offset(INFO, "cap_offset"));
        return CapabilityChain.entries(info, INFO.byteSize(), first).stream()
                .map(CapabilityDecoder::ofIommu)
                .toList();
    }

    @Override
    public void map(DmaRegion region) {
        IoAddressSpace.requireNative(region);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment map = arena.allocate(MAP);
            map.set(JAVA_INT, 0, (int) MAP.byteSize());
            map.set(JAVA_INT, Structs.offset(MAP, "flags"), MAP_READ | MAP_WRITE);
            map.set(JAVA_LONG, Structs.offset(MAP, "vaddr"), region.memory().address());
            map.set(JAVA_LONG, Structs.offset(MAP, "iova"), region.iova());
            map.set(JAVA_LONG, Structs.offset(MAP, "size"), region.size());
            request(VFIO_IOMMU_MAP_DMA, map, region);
        }
    }

    @Override
    public void unmap(DmaRegion region) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment unmap = arena.allocate(UNMAP);
            unmap.set(JAVA_INT, 0, (int) UNMAP.byteSize());
            unmap.set(JAVA_LONG, Structs.offset(UNMAP, "iova"), region.iova());
            unmap.set(JAVA_LONG, Structs.offset(UNMAP, "size"), region.size());
            request(VFIO_IOMMU_UNMAP_DMA, unmap, region);
            IoAddressSpace.requireUnmapped(
                    region, unmap.get(JAVA_LONG, Structs.offset(UNMAP, "size")));
        }
    }

    private void request(Ioctl request, MemorySegment argument, DmaRegion region) {
        Failures.check(
                file.ioctl(request, argument),
                request.name(),
                "iova=%x size=%d".formatted(region.iova(), region.size()));
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        for (VfioCapability capability : capabilities()) {
            if (capability instanceof DirtyTracking tracking) {
                return Optional.of(new Type1DmaLogging(file, tracking));
            }
        }
        return Optional.empty();
    }

    @Override
    public void close() {
        groups.forEach(VfioGroup::close);
        file.close();
    }
}
