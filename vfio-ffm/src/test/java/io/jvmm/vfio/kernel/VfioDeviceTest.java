package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Errno;
import io.jvmm.linux.Mapping;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import io.jvmm.vfio.kernel.DeviceFeature.Feature;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens to a device when it is opened, reset and closed. */
class VfioDeviceTest {
    private final FakeFile file = new FakeFile(3);
    private final FakeFile session = new FakeFile(50);
    private final FakeFile containerFile =
            new FakeFile(10).onNumber(VfioContainer.VFIO_GET_API_VERSION, argument -> 0);
    private final List<String> calls = new ArrayList<>();
    private int infoFlags = 2;
    private long resetResult;
    private int state = DeviceMigrationState.RUNNING.code();

    VfioDeviceTest() {
        file.on(
                        VfioDevice.VFIO_DEVICE_GET_INFO,
                        info -> {
                            info.set(JAVA_INT, 4, infoFlags);
                            info.set(JAVA_INT, 8, 1);
                            return 0;
                        })
                .on(
                        VfioDevice.VFIO_DEVICE_GET_REGION_INFO,
                        region -> {
                            region.set(JAVA_INT, 4, 7);
                            region.set(JAVA_LONG, 16, 8192);
                            region.set(JAVA_LONG, 24, 1 << 20);
                            return 0;
                        })
                .onNumber(
                        VfioDevice.VFIO_DEVICE_RESET,
                        argument -> {
                            calls.add("reset");
                            return resetResult;
                        });
        containerFile.on(VfioContainer.VFIO_IOMMU_GET_INFO, info -> 0);
    }

    private void addMigration() {
        file.adoptable(session)
                .onFeature(
                        Feature.MIGRATION,
                        DeviceFeature.GET,
                        data -> {
                            data.set(JAVA_LONG, 0, 1);
                            return 0;
                        })
                .onFeature(
                        Feature.MIG_DEVICE_STATE,
                        DeviceFeature.GET,
                        data -> {
                            data.set(JAVA_INT, 0, state);
                            return 0;
                        })
                .onFeature(
                        Feature.MIG_DEVICE_STATE,
                        DeviceFeature.SET,
                        data -> {
                            if (data.get(JAVA_INT, 0) == DeviceMigrationState.RESUMING.code()) {
                                data.set(JAVA_INT, 4, 50);
                            }
                            return 0;
                        });
    }

    private VfioDevice open() {
        return new VfioDevice("fake", file, new VfioContainer(containerFile));
    }

    @Test
    void shouldResetADeviceWhenItIsOpened() {
        addMigration();
        VfioDevice device = open();
        assertThat(calls).containsExactly("reset");
        assertThat(device.name()).isEqualTo("fake");
        assertThat(device.info().resettable()).isFalse();
        assertThat(device.migration()).isPresent();
    }

    @Test
    void shouldLiveWithADeviceThatCannotBeResetAndRuns() {
        resetResult = FakeFile.error(Errno.EINVAL);
        addMigration();
        VfioDevice device = open();
        assertThatThrownBy(device::reset)
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("call=VFIO_DEVICE_RESET errno=EINVAL device=fake");
    }

    @Test
    void shouldNotOpenADeviceThatIsLeftInAMigration() {
        resetResult = FakeFile.error(Errno.EINVAL);
        addMigration();
        state = DeviceMigrationState.STOP_COPY.code();
        assertThatThrownBy(this::open)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("device=fake state=STOP_COPY");
    }

    @Test
    void shouldNotOpenADeviceThatSaysItCanBeResetAndCannot() {
        resetResult = FakeFile.error(Errno.EIO);
        infoFlags = 3;
        assertThatThrownBy(this::open)
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("call=VFIO_DEVICE_RESET errno=EIO");
    }

    @Test
    void shouldKnowADeviceThatCannotMigrateNorTellWhatItWrites() {
        VfioDevice device = open();
        assertThat(device.migration()).isEmpty();
        assertThat(device.dmaLogging()).isEmpty();
    }

    @Test
    void shouldAskTheDeviceForItsLogBeforeTheContainer() {
        containerFile.on(
                VfioContainer.VFIO_IOMMU_GET_INFO,
                info -> {
                    calls.add("container");
                    return 0;
                });
        file.onFeature(Feature.DMA_LOGGING_START, DeviceFeature.SET, data -> 0)
                .onFeature(Feature.DMA_LOGGING_REPORT, DeviceFeature.GET, data -> 0);
        assertThat(open().dmaLogging()).containsInstanceOf(DeviceDmaLogging.class);
        assertThat(calls).containsExactly("reset");
    }

    @Test
    void shouldMakeAResumingDeviceUsableAgainByAReset() {
        addMigration();
        VfioDevice device = open();
        VfioMigration migration = device.migration().orElseThrow();
        migration.enter(DeviceMigrationState.RESUMING);
        assertThatThrownBy(() -> migration.write(Arena.ofAuto().allocate(8), 0, 8))
                .isInstanceOf(SyscallException.class);
        assertThatThrownBy(() -> migration.enter(DeviceMigrationState.STOP))
                .isInstanceOf(VfioException.class);
        device.reset();
        assertThat(session.closed).isTrue();
        migration.enter(DeviceMigrationState.STOP);
    }

    @Test
    void shouldMapOnlyWhatTheRegionOffers() {
        VfioDevice device = open();
        try (Mapping mapping = device.map(0, new MappableArea(0, 8192))) {
            assertThat(mapping.segment().byteSize()).isEqualTo(8192);
        }
        assertThat(file.mapped).containsExactly("1048576+8192");
        assertThatThrownBy(() -> device.map(0, new MappableArea(0, 4096)))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("region=0 area=MappableArea[offset=0, size=4096]");
    }

    @Test
    void shouldCloseAllThatItOpened() {
        addMigration();
        VfioDevice device = open();
        device.migration().orElseThrow().enter(DeviceMigrationState.RESUMING);
        device.close();
        assertThat(List.of(session.closed, file.closed, containerFile.closed)).containsOnly(true);
    }
}
