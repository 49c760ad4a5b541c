package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.kernel.VfioCapability.MsixMappable;
import io.jvmm.vfio.kernel.VfioCapability.SparseMmap;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A device of one region and one interrupt that says of them what the test wants. */
class DeviceDescriptionTest {
    private static final int RWM = 7;

    private final FakeFile file = new FakeFile(3);
    private final List<Integer> asked = new ArrayList<>();
    private int regionCount = 1;
    private int irqCount = 1;
    private int flags = RWM;
    private long size = 0x4000;
    private long offset = 0x10000;
    private int capabilityBytes;

    DeviceDescriptionTest() {
        file.on(VfioDevice.VFIO_DEVICE_GET_INFO, this::info)
                .on(VfioDevice.VFIO_DEVICE_GET_REGION_INFO, this::region)
                .on(
                        VfioDevice.VFIO_DEVICE_GET_IRQ_INFO,
                        irq -> {
                            irq.set(JAVA_INT, 4, 0b1011);
                            irq.set(JAVA_INT, 12, 5);
                            return 0;
                        });
    }

    private long info(MemorySegment info) {
        info.set(JAVA_INT, 4, 2);
        info.set(JAVA_INT, 8, regionCount);
        info.set(JAVA_INT, 12, irqCount);
        return 0;
    }

    /** As the kernel does it: the chain only where there is room, and always the size it needs. */
    private long region(MemorySegment region) {
        asked.add(region.get(JAVA_INT, 0));
        region.set(JAVA_INT, 4, flags);
        region.set(JAVA_LONG, 16, size);
        region.set(JAVA_LONG, 24, offset);
        boolean room = region.get(JAVA_INT, 0) >= 32 + capabilityBytes;
        region.set(JAVA_INT, 0, 32 + capabilityBytes);
        if (capabilityBytes > 0 && room) {
            region.set(JAVA_INT, 12, 32);
            region.set(JAVA_SHORT, 32, (short) 1);
            region.set(JAVA_INT, 36, 80);
            region.set(JAVA_INT, 40, 2);
            region.set(JAVA_LONG, 48, 0);
            region.set(JAVA_LONG, 56, 0x1000);
            region.set(JAVA_LONG, 64, 0x3000);
            region.set(JAVA_LONG, 72, 0);
            region.set(JAVA_SHORT, 80, (short) 3);
        }
        return 0;
    }

    private DeviceDescription read() {
        return new DeviceDescription(file, "device=fake");
    }

    @Test
    void shouldDescribeADevice() {
        DeviceDescription device = read();
        assertThat(device.info()).isEqualTo(new DeviceInfo(false, true, 1, 1));
        assertThat(device.capabilities()).isEmpty();
        assertThat(device.region(0))
                .isEqualTo(
                        new RegionInfo(
                                0,
                                0x4000,
                                0x10000,
                                true,
                                true,
                                List.of(new MappableArea(0, 0x4000))));
        assertThat(device.irq(0)).isEqualTo(new IrqInfo(0, 5, true, true, false, true));
        assertThat(asked).containsExactly(32);
    }

    @Test
    void shouldAskAgainWithRoomForTheCapabilities() {
        flags |= 8;
        capabilityBytes = 56;
        DeviceDescription device = read();
        assertThat(asked).containsExactly(32, 88);
        assertThat(device.regionCapabilities(0))
                .containsExactly(
                        new SparseMmap(
                                List.of(new MappableArea(0, 0x1000), new MappableArea(0x3000, 0))),
                        new MsixMappable());
        assertThat(device.region(0).mappable()).containsExactly(new MappableArea(0, 0x1000));
    }

    @Test
    void shouldMapNothingThatTheDeviceDoesNotOffer() {
        flags = 3;
        assertThat(read().region(0).mappable()).isEmpty();
        flags = RWM;
        size = 0;
        assertThat(read().region(0).mappable()).isEmpty();
    }

    @Test
    void shouldRefuseAnAreaOutsideItsRegion() {
        flags |= 8;
        capabilityBytes = 56;
        size = 0xfff;
        assertThatThrownBy(this::read)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("region=0 size=4095 offset=0 length=4096");
    }

    @Test
    void shouldRefuseRegionsThatMakeNoSense() {
        size = -1;
        assertThatThrownBy(this::read).isInstanceOf(VfioException.class);
        size = 0x4000;
        offset = -1;
        assertThatThrownBy(this::read).isInstanceOf(VfioException.class);
        offset = Long.MAX_VALUE - 0x3fff;
        assertThatThrownBy(this::read)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("ends beyond all files");
    }

    @Test
    void shouldNotAskForEver() {
        flags |= 8;
        file.on(
                VfioDevice.VFIO_DEVICE_GET_REGION_INFO,
                region -> {
                    asked.add(region.get(JAVA_INT, 0));
                    region.set(JAVA_INT, 0, region.get(JAVA_INT, 0) + 8);
                    return 0;
                });
        assertThatThrownBy(this::read)
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("call=VFIO_DEVICE_GET_REGION_INFO");
        assertThat(asked).containsExactly(32, 40, 48, 56);
        file.on(
                VfioDevice.VFIO_DEVICE_GET_REGION_INFO,
                region -> {
                    region.set(JAVA_INT, 0, -1);
                    return 0;
                });
        assertThatThrownBy(this::read).isInstanceOf(VfioException.class);
    }

    @Test
    void shouldTakeAnInvalidIndexForAbsence() {
        file.on(VfioDevice.VFIO_DEVICE_GET_REGION_INFO, r -> FakeFile.error(Errno.EINVAL))
                .on(VfioDevice.VFIO_DEVICE_GET_IRQ_INFO, r -> FakeFile.error(Errno.EINVAL));
        assertThat(read().region(0)).isEqualTo(new RegionInfo(0, 0, 0, false, false, List.of()));
        assertThat(read().irq(0)).isEqualTo(new IrqInfo(0, 0, false, false, false, false));
        file.on(VfioDevice.VFIO_DEVICE_GET_IRQ_INFO, r -> FakeFile.error(Errno.EIO));
        assertThatThrownBy(this::read)
                .isInstanceOf(SyscallException.class)
                .hasMessageContaining("errno=EIO device=fake index=0");
    }

    @Test
    void shouldLimitTheNumberOfParts() {
        for (int count : new int[] {1025, -1}) {
            regionCount = count;
            irqCount = 1;
            assertThatThrownBy(this::read).isInstanceOf(VfioException.class);
            regionCount = 1;
            irqCount = count;
            assertThatThrownBy(this::read)
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("irqs=" + Integer.toUnsignedString(count));
        }
    }

    @Test
    void shouldRefuseAnIndexThatTheDeviceDoesNotHave() {
        DeviceDescription device = read();
        for (int index : new int[] {-1, 1}) {
            assertThatThrownBy(() -> device.region(index)).isInstanceOf(VfioException.class);
            assertThatThrownBy(() -> device.regionCapabilities(index))
                    .isInstanceOf(VfioException.class);
            assertThatThrownBy(() -> device.irq(index))
                    .isInstanceOf(VfioException.class)
                    .hasMessageContaining("irq=" + index + " count=1");
        }
    }
}
