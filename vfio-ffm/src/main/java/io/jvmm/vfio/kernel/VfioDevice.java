package io.jvmm.vfio.kernel;

import io.jvmm.linux.EventFd;
import io.jvmm.linux.Ioctl;
import io.jvmm.linux.Mapping;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A device of the kernel. What it is was read when it was opened, and it was reset then: its
 * migration state outlives whoever had it open before.
 */
public final class VfioDevice implements VfioBackend {
    static final Ioctl VFIO_DEVICE_GET_INFO = Structs.vfio("VFIO_DEVICE_GET_INFO", 7);
    static final Ioctl VFIO_DEVICE_GET_REGION_INFO = Structs.vfio("VFIO_DEVICE_GET_REGION_INFO", 8);
    static final Ioctl VFIO_DEVICE_GET_IRQ_INFO = Structs.vfio("VFIO_DEVICE_GET_IRQ_INFO", 9);
    static final Ioctl VFIO_DEVICE_SET_IRQS = Structs.vfio("VFIO_DEVICE_SET_IRQS", 10);
    static final Ioctl VFIO_DEVICE_RESET = Structs.vfio("VFIO_DEVICE_RESET", 11);
    static final Ioctl VFIO_DEVICE_FEATURE = Structs.vfio("VFIO_DEVICE_FEATURE", 17);
    static final Ioctl VFIO_DEVICE_BIND_IOMMUFD = Structs.vfio("VFIO_DEVICE_BIND_IOMMUFD", 18);
    static final Ioctl VFIO_DEVICE_ATTACH_IOMMUFD_PT =
            Structs.vfio("VFIO_DEVICE_ATTACH_IOMMUFD_PT", 19);

    private final String name;
    private final String about;
    private final DeviceFile file;
    private final IoAddressSpace space;
    private final DeviceDescription description;
    private final RegionAccess access;
    private final IrqControl irqs;
    private final @Nullable KernelMigration migration;
    private final @Nullable DmaLogging dmaLogging;

    /** Owns the file and the address space, but not if this fails. */
    VfioDevice(String name, DeviceFile file, IoAddressSpace space) {
        this.name = name;
        this.file = file;
        this.space = space;
        about = "device=" + name;
        description = new DeviceDescription(file, about);
        access = new RegionAccess(file, about);
        irqs = new IrqControl(file, about);
        migration = KernelMigration.of(file, about).orElse(null);
        dmaLogging = DeviceDmaLogging.of(file, about).or(space::dmaLogging).orElse(null);
        resetToRunning();
    }

    /** Some devices cannot be reset; that is no harm if they run. */
    private void resetToRunning() {
        long result = file.ioctl(VFIO_DEVICE_RESET, 0);
        if (result < 0 && description.info().resettable()) {
            throw resetFailure(result);
        }
        if (migration != null && migration.state() != DeviceMigrationState.RUNNING) {
            throw new VfioException(
                    "A device was left in the middle of a migration, and a reset does not help: %s state=%s"
                            .formatted(about, migration.state()));
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public DeviceInfo info() {
        return description.info();
    }

    /**
     * What the device says of itself beyond {@link #info}.
     *
     * @return its capabilities
     */
    public List<VfioCapability> capabilities() {
        return description.capabilities();
    }

    @Override
    public RegionInfo region(int index) {
        return description.region(index);
    }

    /**
     * What the device says of a region beyond {@link #region}.
     *
     * @param index below {@link DeviceInfo#regionCount}
     * @return its capabilities
     */
    public List<VfioCapability> regionCapabilities(int index) {
        return description.regionCapabilities(index);
    }

    @Override
    public IrqInfo irq(int index) {
        return description.irq(index);
    }

    @Override
    public long readRegister(int region, long offset, int size) {
        return access.read(region(region), offset, size);
    }

    @Override
    public void writeRegister(int region, long offset, int size, long value) {
        access.write(region(region), offset, size, value);
    }

    @Override
    public Mapping map(int region, RegionInfo.MappableArea area) {
        RegionInfo info = region(region);
        if (!info.mappable().contains(area)) {
            throw new VfioException(
                    "No such area can be mapped: %s region=%d area=%s mappable=%s"
                            .formatted(about, region, area, info.mappable()));
        }
        return file.map(info.offset() + area.offset(), area.size());
    }

    @Override
    public void connectIrqs(int index, List<EventFd> events) {
        irqs.connect(irq(index), events);
    }

    @Override
    public void disconnectIrqs(int index) {
        irqs.disconnect(irq(index).index());
    }

    @Override
    public void unmaskIrq(int index) {
        irqs.unmask(irq(index).index());
    }

    @Override
    public void maskIrq(int index) {
        irqs.mask(irq(index).index());
    }

    @Override
    public void triggerIrq(int index) {
        irqs.trigger(irq(index).index());
    }

    @Override
    public void reset() {
        long result = file.ioctl(VFIO_DEVICE_RESET, 0);
        if (result < 0) {
            throw resetFailure(result);
        }
        if (migration != null) {
            migration.reset();
        }
    }

    private RuntimeException resetFailure(long result) {
        return Failures.of(result, VFIO_DEVICE_RESET.name(), about);
    }

    @Override
    public void mapDma(DmaRegion region) {
        space.map(region);
    }

    @Override
    public void unmapDma(DmaRegion region) {
        space.unmap(region);
    }

    @Override
    public Optional<VfioMigration> migration() {
        return Optional.ofNullable(migration);
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        return Optional.ofNullable(dmaLogging);
    }

    @Override
    public void close() {
        if (migration != null) {
            migration.closeSession();
        }
        file.close();
        space.close();
    }
}
