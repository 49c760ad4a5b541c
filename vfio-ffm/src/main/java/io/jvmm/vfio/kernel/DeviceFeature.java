package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * One use of {@code VFIO_DEVICE_FEATURE}, with its argument made beforehand. One thread; nothing
 * allocates after construction.
 *
 * <pre>
 *   u32 argsz | u32 flags: feature 15…0, GET 16, SET 17, PROBE 18 | the feature's data
 * </pre>
 */
final class DeviceFeature {
    /** The features that migration needs. */
    enum Feature {
        /** What the migration can do. */
        MIGRATION(1),
        /** Where the device stands in it. */
        MIG_DEVICE_STATE(2),
        /** Begins to log the device's writes. */
        DMA_LOGGING_START(6),
        /** Ends that. */
        DMA_LOGGING_STOP(7),
        /** What has been written. */
        DMA_LOGGING_REPORT(8),
        /** How much STOP_COPY would give. */
        MIG_DATA_SIZE(9),
        /** Makes the flags of the precopy info valid ({@code …INFOv2}); younger than Linux 6.12. */
        MIG_PRECOPY_INFO_V2(12);

        private final int code;

        Feature(int code) {
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    static final StructLayout HEADER =
            MemoryLayout.structLayout(JAVA_INT.withName("argsz"), JAVA_INT.withName("flags"))
                    .withName("vfio_device_feature");

    /** A feature without data. */
    static final StructLayout NO_DATA = MemoryLayout.structLayout();

    static final int GET = 1 << 16;
    static final int SET = 1 << 17;
    static final int PROBE = 1 << 18;

    private static final long FLAGS = Structs.offset(HEADER, "flags");

    private final Feature feature;
    private final MemorySegment argument;
    private final MemorySegment data;

    /** An argument of zeros for this feature. */
    DeviceFeature(Feature feature, StructLayout data) {
        this.feature = feature;
        long size = HEADER.byteSize() + data.byteSize();
        argument = Arena.ofAuto().allocate(size, JAVA_LONG.byteAlignment());
        argument.set(JAVA_INT, 0, (int) size);
        this.data = argument.asSlice(HEADER.byteSize());
    }

    /** The feature's data, behind the header. */
    MemorySegment data() {
        return data;
    }

    /** Asks for the data: 0, or an error number negated. */
    long get(DeviceFile file) {
        return call(file, GET);
    }

    /** Gives the data to the device: 0, or an error number negated. */
    long set(DeviceFile file) {
        return call(file, SET);
    }

    /** Whether the device has the feature for this use, {@link #GET} or {@link #SET}. */
    boolean isSupported(DeviceFile file, int use) {
        return call(file, PROBE | use) >= 0;
    }

    private long call(DeviceFile file, int use) {
        argument.set(JAVA_INT, FLAGS, feature.code() | use);
        return file.ioctl(VfioDevice.VFIO_DEVICE_FEATURE, argument);
    }

    /** For messages. */
    @Override
    public String toString() {
        return "feature=" + feature;
    }
}
