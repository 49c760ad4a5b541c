package io.jvmm.vfio.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.CCompiler;
import io.jvmm.linux.Ioctl;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.kernel.DeviceFeature.Feature;
import java.lang.foreign.StructLayout;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/**
 * Request numbers, layouts and constants: always against pinned values, and against the C
 * compiler's headers as far as these know them; what they do not know is reported.
 */
class VfioLayoutTest {
    private static final String VFIO = "VFIO_GET_API_VERSION";
    private static final String MIGRATION = "VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE";
    private static final String PRE_COPY = "VFIO_MIGRATION_PRE_COPY";
    private static final String PRECOPY = "VFIO_MIG_GET_PRECOPY_INFO";
    private static final String DATA_SIZE = "VFIO_DEVICE_FEATURE_MIG_DATA_SIZE";
    private static final String LOGGING = "VFIO_DEVICE_FEATURE_DMA_LOGGING_START";
    private static final String CDEV = "VFIO_DEVICE_BIND_IOMMUFD";
    private static final String ATOMIC = "VFIO_DEVICE_INFO_CAP_PCI_ATOMIC_COMP";
    private static final String IOMMUFD = "IOMMU_IOAS_ALLOC";
    private static final String DIRTY_TABLES = "IOMMU_HWPT_GET_DIRTY_BITMAP";

    private static final Map<Ioctl, Long> REQUESTS =
            Map.ofEntries(
                    Map.entry(VfioContainer.VFIO_GET_API_VERSION, 0x3b64L),
                    Map.entry(VfioContainer.VFIO_CHECK_EXTENSION, 0x3b65L),
                    Map.entry(VfioContainer.VFIO_SET_IOMMU, 0x3b66L),
                    Map.entry(VfioContainer.VFIO_IOMMU_GET_INFO, 0x3b70L),
                    Map.entry(VfioContainer.VFIO_IOMMU_MAP_DMA, 0x3b71L),
                    Map.entry(VfioContainer.VFIO_IOMMU_UNMAP_DMA, 0x3b72L),
                    Map.entry(VfioContainer.VFIO_IOMMU_DIRTY_PAGES, 0x3b75L),
                    Map.entry(VfioGroup.VFIO_GROUP_GET_STATUS, 0x3b67L),
                    Map.entry(VfioGroup.VFIO_GROUP_SET_CONTAINER, 0x3b68L),
                    Map.entry(VfioGroup.VFIO_GROUP_GET_DEVICE_FD, 0x3b6aL),
                    Map.entry(VfioDevice.VFIO_DEVICE_GET_INFO, 0x3b6bL),
                    Map.entry(VfioDevice.VFIO_DEVICE_GET_REGION_INFO, 0x3b6cL),
                    Map.entry(VfioDevice.VFIO_DEVICE_GET_IRQ_INFO, 0x3b6dL),
                    Map.entry(VfioDevice.VFIO_DEVICE_SET_IRQS, 0x3b6eL),
                    Map.entry(VfioDevice.VFIO_DEVICE_RESET, 0x3b6fL),
                    Map.entry(VfioDevice.VFIO_DEVICE_FEATURE, 0x3b75L),
                    Map.entry(VfioDevice.VFIO_DEVICE_BIND_IOMMUFD, 0x3b76L),
                    Map.entry(VfioDevice.VFIO_DEVICE_ATTACH_IOMMUFD_PT, 0x3b77L),
                    Map.entry(KernelMigration.VFIO_MIG_GET_PRECOPY_INFO, 0x3b79L),
                    Map.entry(IommuFd.IOMMU_IOAS_ALLOC, 0x3b81L),
                    Map.entry(IommuFd.IOMMU_IOAS_MAP, 0x3b85L),
                    Map.entry(IommuFd.IOMMU_IOAS_UNMAP, 0x3b86L),
                    Map.entry(IommuFd.IOMMU_HWPT_ALLOC, 0x3b89L),
                    Map.entry(IommuFd.IOMMU_GET_HW_INFO, 0x3b8aL),
                    Map.entry(IommuFd.IOMMU_HWPT_SET_DIRTY_TRACKING, 0x3b8bL),
                    Map.entry(IommuFd.IOMMU_HWPT_GET_DIRTY_BITMAP, 0x3b8cL));

    /** A layout, the macro that tells whether a header has it, and its size. */
    private record Struct(String guard, StructLayout layout, long size) {}

    private static final List<Struct> STRUCTS =
            List.of(
                    new Struct(VFIO, VfioContainer.INFO, 24),
                    new Struct(VFIO, VfioContainer.MAP, 32),
                    new Struct(VFIO, VfioContainer.UNMAP, 24),
                    new Struct(VFIO, Type1DmaLogging.BITMAP, 24),
                    new Struct(VFIO, Type1DmaLogging.DIRTY_BITMAP, 8),
                    new Struct(VFIO, Type1DmaLogging.DIRTY_BITMAP_GET, 40),
                    new Struct(VFIO, VfioGroup.STATUS, 8),
                    new Struct(VFIO, RegionDecoder.LAYOUT, 32),
                    new Struct(VFIO, IrqControl.INFO, 16),
                    new Struct(VFIO, IrqControl.SET, 20),
                    new Struct(VFIO, DeviceFeature.HEADER, 8),
                    new Struct(VFIO, CapabilityChain.HEADER, 8),
                    new Struct(VFIO, VfioCapability.SparseMmap.LAYOUT, 16),
                    new Struct(VFIO, VfioCapability.SparseMmap.AREA, 16),
                    new Struct(VFIO, VfioCapability.RegionType.LAYOUT, 16),
                    new Struct(VFIO, VfioCapability.IovaRanges.LAYOUT, 16),
                    new Struct(VFIO, VfioCapability.IovaRanges.RANGE, 16),
                    new Struct(VFIO, VfioCapability.DirtyTracking.LAYOUT, 32),
                    new Struct(VFIO, VfioCapability.MappingsAvailable.LAYOUT, 12),
                    new Struct(ATOMIC, VfioCapability.AtomicCompletion.LAYOUT, 16),
                    new Struct(MIGRATION, KernelMigration.SUPPORT, 8),
                    new Struct(MIGRATION, KernelMigration.STATE, 8),
                    new Struct(DATA_SIZE, KernelMigration.DATA_SIZE, 8),
                    new Struct(PRECOPY, KernelMigration.PRECOPY_INFO, 24),
                    new Struct(LOGGING, DeviceDmaLogging.CONTROL, 24),
                    new Struct(LOGGING, DeviceDmaLogging.RANGE, 16),
                    new Struct(LOGGING, DeviceDmaLogging.REPORT, 32),
                    new Struct(CDEV, DeviceCdev.BIND, 16),
                    new Struct(CDEV, DeviceCdev.ATTACH, 12),
                    new Struct(IOMMUFD, IommuFd.IOAS_ALLOC, 12),
                    new Struct(IOMMUFD, Ioas.MAP, 40),
                    new Struct(IOMMUFD, Ioas.UNMAP, 24),
                    new Struct(DIRTY_TABLES, HardwareDmaLogging.SET_DIRTY_TRACKING, 16),
                    new Struct(DIRTY_TABLES, HardwareDmaLogging.GET_DIRTY_BITMAP, 48));

    /** Structs that grew behind the fields that are used here. */
    private static final List<Struct> BEGINNINGS =
            List.of(
                    new Struct(VFIO, DeviceDescription.INFO, 20),
                    new Struct(DIRTY_TABLES, IommuFd.HWPT_ALLOC, 24),
                    new Struct(DIRTY_TABLES, IommuFd.HW_INFO, 40));

    /** By the macro that tells whether a header has them. */
    private static final Map<String, Map<String, Integer>> CONSTANTS =
            Map.of(
                    VFIO,
                    Map.ofEntries(
                            Map.entry("VFIO_TYPE1_IOMMU", VfioContainer.TYPE1_IOMMU),
                            Map.entry("VFIO_TYPE1v2_IOMMU", VfioContainer.TYPE1V2_IOMMU),
                            Map.entry("VFIO_GROUP_FLAGS_VIABLE", VfioGroup.FLAGS_VIABLE),
                            Map.entry("VFIO_DEVICE_FLAGS_RESET", DeviceDescription.FLAGS_RESET),
                            Map.entry("VFIO_DEVICE_FLAGS_PCI", DeviceDescription.FLAGS_PCI),
                            Map.entry("VFIO_DEVICE_FLAGS_CAPS", DeviceDescription.FLAGS_CAPS),
                            Map.entry("VFIO_REGION_INFO_FLAG_READ", RegionDecoder.FLAG_READ),
                            Map.entry("VFIO_REGION_INFO_FLAG_WRITE", RegionDecoder.FLAG_WRITE),
                            Map.entry("VFIO_REGION_INFO_FLAG_MMAP", RegionDecoder.FLAG_MMAP),
                            Map.entry("VFIO_REGION_INFO_FLAG_CAPS", RegionDecoder.FLAG_CAPS),
                            Map.entry(
                                    "VFIO_REGION_INFO_CAP_SPARSE_MMAP",
                                    VfioCapability.SparseMmap.ID),
                            Map.entry("VFIO_REGION_INFO_CAP_TYPE", VfioCapability.RegionType.ID),
                            Map.entry(
                                    "VFIO_REGION_INFO_CAP_MSIX_MAPPABLE",
                                    VfioCapability.MsixMappable.ID),
                            Map.entry(
                                    "VFIO_IOMMU_TYPE1_INFO_CAP_IOVA_RANGE",
                                    VfioCapability.IovaRanges.ID),
                            Map.entry(
                                    "VFIO_IOMMU_TYPE1_INFO_CAP_MIGRATION",
                                    VfioCapability.DirtyTracking.ID),
                            Map.entry(
                                    "VFIO_IOMMU_TYPE1_INFO_DMA_AVAIL",
                                    VfioCapability.MappingsAvailable.ID),
                            Map.entry("VFIO_IRQ_INFO_EVENTFD", IrqControl.INFO_EVENTFD),
                            Map.entry("VFIO_IRQ_INFO_MASKABLE", IrqControl.INFO_MASKABLE),
                            Map.entry("VFIO_IRQ_INFO_AUTOMASKED", IrqControl.INFO_AUTOMASKED),
                            Map.entry("VFIO_IRQ_INFO_NORESIZE", IrqControl.INFO_NORESIZE),
                            Map.entry("VFIO_IRQ_SET_DATA_NONE", IrqControl.DATA_NONE),
                            Map.entry("VFIO_IRQ_SET_DATA_EVENTFD", IrqControl.DATA_EVENTFD),
                            Map.entry("VFIO_IRQ_SET_ACTION_MASK", IrqControl.ACTION_MASK),
                            Map.entry("VFIO_IRQ_SET_ACTION_UNMASK", IrqControl.ACTION_UNMASK),
                            Map.entry("VFIO_IRQ_SET_ACTION_TRIGGER", IrqControl.ACTION_TRIGGER),
                            Map.entry("VFIO_DEVICE_FEATURE_GET", DeviceFeature.GET),
                            Map.entry("VFIO_DEVICE_FEATURE_SET", DeviceFeature.SET),
                            Map.entry("VFIO_DEVICE_FEATURE_PROBE", DeviceFeature.PROBE),
                            Map.entry("VFIO_IOMMU_INFO_CAPS", VfioContainer.INFO_CAPS),
                            Map.entry("VFIO_DMA_MAP_FLAG_READ", VfioContainer.MAP_READ),
                            Map.entry("VFIO_DMA_MAP_FLAG_WRITE", VfioContainer.MAP_WRITE),
                            Map.entry(
                                    "VFIO_IOMMU_DIRTY_PAGES_FLAG_START",
                                    Type1DmaLogging.FLAG_START),
                            Map.entry(
                                    "VFIO_IOMMU_DIRTY_PAGES_FLAG_STOP", Type1DmaLogging.FLAG_STOP),
                            Map.entry(
                                    "VFIO_IOMMU_DIRTY_PAGES_FLAG_GET_BITMAP",
                                    Type1DmaLogging.FLAG_GET_BITMAP)),
                    ATOMIC,
                    Map.of(ATOMIC, VfioCapability.AtomicCompletion.ID),
                    MIGRATION,
                    Map.of(
                            "VFIO_MIGRATION_STOP_COPY", (int) KernelMigration.STOP_COPY_FLAG,
                            "VFIO_MIGRATION_P2P", (int) KernelMigration.P2P_FLAG),
                    PRE_COPY,
                    Map.of(PRE_COPY, (int) KernelMigration.PRE_COPY_FLAG),
                    "VFIO_PRECOPY_INFO_REINIT",
                    Map.of("VFIO_PRECOPY_INFO_REINIT", KernelMigration.REINIT_FLAG),
                    IOMMUFD,
                    Map.of(
                            "IOMMU_IOAS_MAP_FIXED_IOVA", Ioas.FIXED_IOVA,
                            "IOMMU_IOAS_MAP_WRITEABLE", Ioas.WRITEABLE,
                            "IOMMU_IOAS_MAP_READABLE", Ioas.READABLE),
                    DIRTY_TABLES,
                    Map.of(
                            "IOMMU_HWPT_ALLOC_DIRTY_TRACKING", IommuFd.ALLOC_DIRTY_TRACKING,
                            "IOMMU_HW_CAP_DIRTY_TRACKING", (int) IommuFd.CAP_DIRTY_TRACKING,
                            "IOMMU_HWPT_DIRTY_TRACKING_ENABLE", HardwareDmaLogging.ENABLE));

    @Test
    void shouldComputeTheRequestNumbersThatArePinned() {
        assertThat(REQUESTS)
                .allSatisfy((ioctl, number) ->
                        assertThat(ioctl.request()).as(ioctl.name()).isEqualTo(number));
    }

    @Test
    void shouldLayStructsOutAsPinned() {
        assertThat(STRUCTS)
                .allSatisfy(struct ->
                        assertThat(struct.layout().byteSize())
                                .as(struct.layout().name().orElse(""))
                                .isEqualTo(struct.size()));
        assertThat(BEGINNINGS)
                .allSatisfy(
                        struct -> assertThat(struct.layout().byteSize()).isEqualTo(struct.size()));
        assertThat(Structs.offset(RegionDecoder.LAYOUT, "size")).isEqualTo(16);
        assertThat(Structs.offset(KernelMigration.PRECOPY_INFO, "dirty_bytes")).isEqualTo(16);
        assertThat(Structs.offset(VfioCapability.DirtyTracking.LAYOUT, "pgsize_bitmap"))
                .isEqualTo(16);
        assertThat(Structs.offset(IommuFd.HW_INFO, "out_capabilities")).isEqualTo(32);
    }

    @Test
    void shouldGiveFeaturesAndStatesTheNumbersThatArePinned() {
        assertThat(Arrays.stream(Feature.values()).map(Feature::code))
                .containsExactly(1, 2, 6, 7, 8, 9, 12);
        assertThat(Arrays.stream(DeviceMigrationState.values()).map(DeviceMigrationState::code))
                .containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(
                        List.of(
                                KernelMigration.STOP_COPY_FLAG,
                                KernelMigration.P2P_FLAG,
                                KernelMigration.PRE_COPY_FLAG))
                .containsExactly(1L, 2L, 4L);
        assertThat(List.of(DeviceFeature.GET, DeviceFeature.SET, DeviceFeature.PROBE))
                .containsExactly(0x10000, 0x20000, 0x40000);
    }

    @Test
    void shouldComputeTheRequestNumbersOfTheHeaders(TestReporter reporter) {
        Map<String, Map<String, Long>> expected = new LinkedHashMap<>();
        REQUESTS.keySet().forEach(r -> expected.put(r.name(), Map.of(r.name(), r.request())));
        assertWhereDefined(expected, reporter);
    }

    @Test
    void shouldLayStructsOutAsTheHeaders(TestReporter reporter) {
        Map<String, Map<String, Long>> expected = new LinkedHashMap<>();
        STRUCTS.forEach(s -> add(expected, s.guard(), CCompiler.layout(s.layout())));
        BEGINNINGS.forEach(s -> add(expected, s.guard(), CCompiler.fields(s.layout())));
        assertWhereDefined(expected, reporter);
    }

    @Test
    void shouldGiveConstantsTheValuesOfTheHeaders(TestReporter reporter) {
        Map<String, Map<String, Long>> expected = new LinkedHashMap<>();
        CONSTANTS.forEach((guard, constants) ->
                constants.forEach((name, v) -> add(expected, guard, Map.of(name, (long) v))));
        assertWhereDefined(expected, reporter);
    }

    @Test
    void shouldGiveFeaturesAndStatesTheNumbersOfTheHeaders(TestReporter reporter) {
        Map<String, Map<String, Long>> expected = new LinkedHashMap<>();
        for (Feature feature : Feature.values()) {
            String name = "VFIO_DEVICE_FEATURE_" + feature.name().replace("INFO_V2", "INFOv2");
            add(expected, name, Map.of(name, (long) feature.code()));
        }
        for (DeviceMigrationState state : DeviceMigrationState.values()) {
            String guard = state.name().startsWith("PRE_COPY") ? PRE_COPY : MIGRATION;
            add(expected, guard, Map.of("VFIO_DEVICE_STATE_" + state, (long) state.code()));
        }
        assertWhereDefined(expected, reporter);
    }

    private static void add(
            Map<String, Map<String, Long>> all, String guard, Map<String, Long> values) {
        all.computeIfAbsent(guard, key -> new LinkedHashMap<>()).putAll(values);
    }

    /** Compares the values of each macro that the installed headers define, and names the rest. */
    private static void assertWhereDefined(
            Map<String, Map<String, Long>> byGuard, TestReporter reporter) {
        CCompiler compiler = new CCompiler("linux/vfio.h", "linux/iommufd.h");
        Set<String> defined = compiler.defined(byGuard.keySet());
        Map<String, Long> expected = new LinkedHashMap<>();
        byGuard.forEach((guard, values) -> {
            if (defined.contains(guard)) {
                expected.putAll(values);
            } else {
                reporter.publishEntry("not in the installed headers", guard);
            }
        });
        compiler.assertConstants(expected);
    }
}
