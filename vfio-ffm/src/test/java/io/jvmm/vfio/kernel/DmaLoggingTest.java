package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Allocation;
import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.DeviceFeature.Feature;
import io.jvmm.vfio.kernel.VfioCapability.DirtyTracking;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The three logs of written pages, and what each gives to the kernel. */
class DmaLoggingTest {
    private static final long PAGE = 4096;
    private static final long IOVA = 0x100000;
    private static final long LENGTH = 128 * PAGE;

    private final FakeFile file = new FakeFile(3);
    private final List<String> calls = new ArrayList<>();
    private final MemorySegment bitmap = Arena.ofAuto().allocate(16, 8);
    private long reportResult;

    DmaLoggingTest() {
        bitmap.set(JAVA_LONG, 0, 1L << 63);
    }

    /** Memory whose address a struct carries; the test has allocated it. */
    @SuppressWarnings("restricted")
    private static MemorySegment at(long address, long size) {
        return MemorySegment.ofAddress(address).reinterpret(size);
    }

    private Optional<DmaLogging> deviceLogging() {
        file.onFeature(
                        Feature.DMA_LOGGING_START,
                        DeviceFeature.SET,
                        data -> {
                            MemorySegment range = at(data.get(JAVA_LONG, 16), 16);
                            calls.add(
                                    "start page=%d ranges=%d iova=%x length=%d"
                                            .formatted(
                                                    data.get(JAVA_LONG, 0),
                                                    data.get(JAVA_INT, 8),
                                                    range.get(JAVA_LONG, 0),
                                                    range.get(JAVA_LONG, 8)));
                            return 0;
                        })
                .onFeature(
                        Feature.DMA_LOGGING_STOP,
                        DeviceFeature.SET,
                        data -> {
                            calls.add("stop " + data.byteSize());
                            return 0;
                        })
                .onFeature(
                        Feature.DMA_LOGGING_REPORT,
                        DeviceFeature.GET,
                        data -> {
                            MemorySegment words = at(data.get(JAVA_LONG, 24), 8);
                            calls.add(
                                    "report "
                                            + Arrays.toString(
                                                    data.asSlice(0, 24).toArray(JAVA_LONG)));
                            words.set(JAVA_LONG, 0, words.get(JAVA_LONG, 0) | 5);
                            return reportResult;
                        });
        return DeviceDmaLogging.of(file, "device=fake");
    }

    @Test
    void shouldUseTheLogOfTheDevice() {
        DmaLogging log = deviceLogging().orElseThrow();
        calls.clear();
        log.start(IOVA, LENGTH, PAGE);
        log.report(IOVA, LENGTH, PAGE, bitmap);
        log.stop();
        assertThat(calls)
                .containsExactly(
                        "start page=4096 ranges=1 iova=100000 length=524288",
                        "report [1048576, 524288, 4096]",
                        "stop 0");
        assertThat(bitmap.get(JAVA_LONG, 0)).isEqualTo(1L << 63 | 5);
    }

    @Test
    void shouldFindNoLogWhereTheDeviceHasNone() {
        assertThat(DeviceDmaLogging.of(new FakeFile(4), "device=fake")).isEmpty();
    }

    @Test
    void shouldFindNoLogWhereTheKernelCannotReport() {
        reportResult = FakeFile.error(Errno.EOPNOTSUPP);
        assertThat(deviceLogging()).isEmpty();
    }

    @Test
    void shouldFindALogThatOnlyRefusesToReportBeforeItsStart() {
        reportResult = FakeFile.error(Errno.EINVAL);
        DmaLogging log = deviceLogging().orElseThrow();
        assertThatThrownBy(() -> log.report(IOVA, LENGTH, PAGE, bitmap))
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("errno=EINVAL device=fake feature=DMA_LOGGING_REPORT");
    }

    private Type1DmaLogging type1Logging() {
        file.on(VfioContainer.VFIO_IOMMU_DIRTY_PAGES, this::dirtyPages);
        return new Type1DmaLogging(file, new DirtyTracking(0x40201000, 1 << 20));
    }

    private long dirtyPages(MemorySegment argument) {
        if (argument.get(JAVA_INT, 0) != argument.byteSize()) {
            return FakeFile.error(Errno.EINVAL);
        }
        if (argument.get(JAVA_INT, 4) != 4) {
            calls.add("control " + argument.get(JAVA_INT, 4));
            return 0;
        }
        long[] get = argument.asSlice(8, 32).toArray(JAVA_LONG);
        calls.add("get " + Arrays.toString(get));
        at(argument.get(JAVA_LONG, 40), get[3]).fill((byte) 0x11); // overwrites, as the kernel does
        return reportResult;
    }

    @Test
    void shouldUseTheLogOfTheContainer() {
        DmaLogging log = type1Logging();
        log.start(IOVA, LENGTH, PAGE);
        log.report(IOVA, LENGTH, PAGE, bitmap);
        log.stop();
        assertThat(calls)
                .containsExactly("control 1", "get [1048576, 524288, 4096, 16]", "control 2");
        assertThat(bitmap.get(JAVA_LONG, 0)).isEqualTo(0x9111111111111111L);
        assertThat(bitmap.get(JAVA_LONG, 8)).isEqualTo(0x1111111111111111L);
    }

    @Test
    void shouldRefuseWhatTheContainerCannotLog() {
        DmaLogging log = type1Logging();
        assertThatThrownBy(() -> log.start(0, 1 << 21, 1 << 21))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("pageSize=2097152 bitmap=8, possible: pageSize=4096");
        assertThatThrownBy(() -> log.start(0, 1L << 36, PAGE))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("bitmap=2097152");
        assertThatThrownBy(() -> log.report(IOVA, LENGTH, PAGE, bitmap))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("No report of this range was prepared");
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldUseTheLogOfTheHardware() {
        file.on(
                        IommuFd.IOMMU_HWPT_SET_DIRTY_TRACKING,
                        argument -> {
                            calls.add(Arrays.toString(argument.toArray(JAVA_INT)));
                            return 0;
                        })
                .on(
                        IommuFd.IOMMU_HWPT_GET_DIRTY_BITMAP,
                        argument -> {
                            calls.add(Arrays.toString(argument.asSlice(0, 16).toArray(JAVA_INT)));
                            calls.add(Arrays.toString(argument.asSlice(16, 24).toArray(JAVA_LONG)));
                            return argument.get(JAVA_LONG, 40) == bitmap.address() ? 0 : -1;
                        });
        DmaLogging log = new HardwareDmaLogging(file, 9);
        log.start(IOVA, LENGTH, PAGE);
        log.report(IOVA, LENGTH, PAGE, bitmap);
        log.stop();
        assertThat(calls)
                .containsExactly(
                        "[16, 1, 9, 0]",
                        "[48, 9, 0, 0]",
                        "[1048576, 524288, 4096]",
                        "[16, 0, 9, 0]");
    }

    @Test
    void shouldRefuseRangesAndBitmapsThatTheKernelWouldOverrun() {
        List<DmaLogging> logs =
                List.of(
                        deviceLogging().orElseThrow(),
                        type1Logging(),
                        new HardwareDmaLogging(file, 9));
        calls.clear();
        long[][] ranges = {
            {1, PAGE, PAGE},
            {0, PAGE - 1, PAGE},
            {0, 0, PAGE},
            {0, PAGE, 3000},
            {0, PAGE, 0},
            {0, 1024, 1024},
            {-PAGE, 2 * PAGE, PAGE},
            {0, -PAGE, PAGE}
        };
        for (DmaLogging log : logs) {
            for (long[] range : ranges) {
                assertThatThrownBy(() -> log.start(range[0], range[1], range[2]))
                        .isInstanceOf(VfioException.class);
                assertThatThrownBy(() -> log.report(range[0], range[1], range[2], bitmap))
                        .isInstanceOf(VfioException.class);
            }
            for (MemorySegment wrong :
                    List.of(
                            bitmap.asSlice(0, 15),
                            bitmap.asSlice(4, 8),
                            MemorySegment.ofArray(new long[2]))) {
                assertThatThrownBy(() -> log.report(IOVA, LENGTH, PAGE, wrong))
                        .isInstanceOf(VfioException.class)
                        .hasMessageContaining("bytes=" + wrong.byteSize());
            }
        }
        assertThat(calls).isEmpty();
    }

    @Test
    void shouldReportWithoutAllocating() {
        FakeFile silent =
                new FakeFile(5)
                        .on(VfioDevice.VFIO_DEVICE_FEATURE, argument -> 0)
                        .on(VfioContainer.VFIO_IOMMU_DIRTY_PAGES, argument -> 0)
                        .on(IommuFd.IOMMU_HWPT_GET_DIRTY_BITMAP, argument -> 0);
        DmaLogging type1 = new Type1DmaLogging(silent, new DirtyTracking(PAGE, 1 << 20));
        type1.start(IOVA, LENGTH, PAGE);
        for (DmaLogging log :
                List.of(
                        DeviceDmaLogging.of(silent, "device=fake").orElseThrow(),
                        type1,
                        new HardwareDmaLogging(silent, 9))) {
            assertThat(Allocation.ofThousand(() -> log.report(IOVA, LENGTH, PAGE, bitmap)))
                    .isZero();
        }
    }
}
