package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.kernel.DeviceFeature.Feature;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.ref.Reference;
import java.util.Optional;

/** The log that a device keeps of its own writes ({@code VFIO_DEVICE_FEATURE_DMA_LOGGING_*}). */
final class DeviceDmaLogging implements DmaLogging {
    static final StructLayout CONTROL =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("page_size"),
                            JAVA_INT.withName("num_ranges"),
                            JAVA_INT.withName("__reserved"),
                            JAVA_LONG.withName("ranges"))
                    .withName("vfio_device_feature_dma_logging_control");
    static final StructLayout RANGE =
            MemoryLayout.structLayout(JAVA_LONG.withName("iova"), JAVA_LONG.withName("length"))
                    .withName("vfio_device_feature_dma_logging_range");
    static final StructLayout REPORT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("iova"),
                            JAVA_LONG.withName("length"),
                            JAVA_LONG.withName("page_size"),
                            JAVA_LONG.withName("bitmap"))
                    .withName("vfio_device_feature_dma_logging_report");

    private static final long LENGTH = Structs.offset(REPORT, "length");
    private static final long PAGE_SIZE = Structs.offset(REPORT, "page_size");
    private static final long BITMAP = Structs.offset(REPORT, "bitmap");
    private static final long PROBED_PAGE = 4096;

    private final DeviceFile device;
    private final String about;
    private final MemorySegment range = Arena.ofAuto().allocate(RANGE);
    private final DeviceFeature startFeature =
            new DeviceFeature(Feature.DMA_LOGGING_START, CONTROL);
    private final DeviceFeature reportFeature =
            new DeviceFeature(Feature.DMA_LOGGING_REPORT, REPORT);
    private final DeviceFeature stopFeature =
            new DeviceFeature(Feature.DMA_LOGGING_STOP, DeviceFeature.NO_DATA);

    private DeviceDmaLogging(DeviceFile device, String about) {
        this.device = device;
        this.about = about;
    }

    /**
     * Empty if the device keeps no log. A kernel without the report's helper offers the feature all
     * the same and refuses each report with EOPNOTSUPP, so one is tried.
     */
    static Optional<DmaLogging> of(DeviceFile device, String about) {
        DeviceDmaLogging logging = new DeviceDmaLogging(device, about);
        if (!logging.startFeature.isSupported(device, DeviceFeature.SET)) {
            return Optional.empty();
        }
        MemorySegment bitmap = Arena.ofAuto().allocate(JAVA_LONG);
        long result = logging.tryReport(0, PROBED_PAGE, PROBED_PAGE, bitmap);
        boolean refused =
                Failures.is(result, Errno.EOPNOTSUPP) || Failures.is(result, Errno.ENOTTY);
        return refused ? Optional.empty() : Optional.of(logging);
    }

    @Override
    public void start(long iova, long length, long pageSize) {
        DirtyBitmap.requireRange(iova, length, pageSize);
        range.set(JAVA_LONG, 0, iova);
        range.set(JAVA_LONG, Structs.offset(RANGE, "length"), length);
        MemorySegment control = startFeature.data();
        control.set(JAVA_LONG, 0, pageSize);
        control.set(JAVA_INT, Structs.offset(CONTROL, "num_ranges"), 1);
        control.set(JAVA_LONG, Structs.offset(CONTROL, "ranges"), range.address());
        long result = startFeature.set(device);
        if (result < 0) {
            throw failure(result, startFeature, iova, length);
        }
    }

    @Override
    public void report(long iova, long length, long pageSize, MemorySegment bitmap) {
        DirtyBitmap.requireRange(iova, length, pageSize);
        DirtyBitmap.requireRoom(bitmap, length, pageSize);
        long result = tryReport(iova, length, pageSize, bitmap);
        if (result < 0) {
            throw failure(result, reportFeature, iova, length);
        }
    }

    private long tryReport(long iova, long length, long pageSize, MemorySegment bitmap) {
        try {
            MemorySegment report = reportFeature.data();
            report.set(JAVA_LONG, 0, iova);
            report.set(JAVA_LONG, LENGTH, length);
            report.set(JAVA_LONG, PAGE_SIZE, pageSize);
            report.set(JAVA_LONG, BITMAP, bitmap.address());
            return reportFeature.get(device);
        } finally {
            Reference.reachabilityFence(bitmap);
        }
    }

    @Override
    public void stop() {
        long result = stopFeature.set(device);
        if (result < 0) {
            throw failure(result, stopFeature, 0, 0);
        }
    }

    private RuntimeException failure(long result, DeviceFeature feature, long iova, long length) {
        return Failures.of(
                result,
                VfioDevice.VFIO_DEVICE_FEATURE.name(),
                "%s %s iova=%x length=%d".formatted(about, feature, iova, length));
    }
}
