package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.ArrayList;
import java.util.List;

/** All that a device says of itself, read once. */
final class DeviceDescription {
    /** Without the padding that younger kernels put behind it. */
    static final StructLayout INFO =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("num_regions"),
                            JAVA_INT.withName("num_irqs"),
                            JAVA_INT.withName("cap_offset"))
                    .withName("vfio_device_info");

    static final int FLAGS_RESET = 1;
    static final int FLAGS_PCI = 1 << 1;
    static final int FLAGS_CAPS = 1 << 7;

    /** More than any device has: a limit, so that none keeps us asking. */
    private static final int MAX_COUNT = 1024;

    private static final InfoRequest DEVICE =
            new InfoRequest(VfioDevice.VFIO_DEVICE_GET_INFO, INFO);
    private static final InfoRequest REGION =
            new InfoRequest(VfioDevice.VFIO_DEVICE_GET_REGION_INFO, RegionDecoder.LAYOUT);
    private static final InfoRequest IRQ =
            new InfoRequest(VfioDevice.VFIO_DEVICE_GET_IRQ_INFO, IrqControl.INFO);

    private final String about;
    private final DeviceInfo info;
    private final List<VfioCapability> capabilities;
    private final List<RegionInfo> regions = new ArrayList<>();
    private final List<List<VfioCapability>> regionCapabilities = new ArrayList<>();
    private final List<IrqInfo> irqs = new ArrayList<>();

    /** Asks the device for everything. Its info comes first: some refuse the rest before. */
    DeviceDescription(DeviceFile file, String about) {
        this.about = about;
        MemorySegment bytes = DEVICE.fetch(file, about);
        info = info(bytes, about);
        capabilities = capabilities(bytes);
        for (int index = 0; index < info.regionCount(); index++) {
            MemorySegment region = fetch(REGION, file, index);
            regionCapabilities.add(RegionDecoder.capabilities(region));
            regions.add(RegionDecoder.region(index, region, regionCapabilities.getLast()));
        }
        for (int index = 0; index < info.irqCount(); index++) {
            irqs.add(IrqControl.decode(index, fetch(IRQ, file, index)));
        }
    }

    /** Zeros for an index that the device does not have, which many drivers answer with EINVAL. */
    private MemorySegment fetch(InfoRequest request, DeviceFile file, int index) {
        try {
            return request.fetch(file, index, about + " index=" + index);
        } catch (SyscallException e) {
            if (e.errno() == Errno.EINVAL) {
                return Arena.ofAuto().allocate(request.layout());
            }
            throw e;
        }
    }

    private static DeviceInfo info(MemorySegment bytes, String about) {
        int flags = bytes.get(JAVA_INT, Structs.offset(INFO, "flags"));
        int regionCount = bytes.get(JAVA_INT, Structs.offset(INFO, "num_regions"));
        int irqCount = bytes.get(JAVA_INT, Structs.offset(INFO, "num_irqs"));
        if (regionCount < 0 || regionCount > MAX_COUNT || irqCount < 0 || irqCount > MAX_COUNT) {
            throw new VfioException(
                    "A device has too many parts: %s regions=%d irqs=%d"
                            .formatted(
                                    about,
                                    Integer.toUnsignedLong(regionCount),
                                    Integer.toUnsignedLong(irqCount)));
        }
        return new DeviceInfo(
                (flags & FLAGS_RESET) != 0, (flags & FLAGS_PCI) != 0, regionCount, irqCount);
    }

    private static List<VfioCapability> capabilities(MemorySegment bytes) {
        if ((bytes.get(JAVA_INT, Structs.offset(INFO, "flags")) & FLAGS_CAPS) == 0) {
            return List.of();
        }
        int first = bytes.get(JAVA_INT, Structs.offset(INFO, "cap_offset"));
        return CapabilityChain.entries(bytes, INFO.byteSize(), first).stream()
                .map(CapabilityDecoder::ofDevice)
                .toList();
    }

    DeviceInfo info() {
        return info;
    }

    List<VfioCapability> capabilities() {
        return capabilities;
    }

    RegionInfo region(int index) {
        return regions.get(checked(index, regions, "region"));
    }

    List<VfioCapability> regionCapabilities(int index) {
        return regionCapabilities.get(checked(index, regions, "region"));
    }

    IrqInfo irq(int index) {
        return irqs.get(checked(index, irqs, "irq"));
    }

    private int checked(int index, List<?> all, String what) {
        if (index < 0 || index >= all.size()) {
            throw new VfioException(
                    "A device does not have so many: %s %s=%d count=%d"
                            .formatted(about, what, index, all.size()));
        }
        return index;
    }
}
