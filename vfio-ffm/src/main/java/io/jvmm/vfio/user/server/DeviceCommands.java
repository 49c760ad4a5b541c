package io.jvmm.vfio.user.server;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.DeviceMessages.GetInfo;
import io.jvmm.vfio.user.wire.DeviceMessages.Irq;
import io.jvmm.vfio.user.wire.DeviceMessages.Region;
import io.jvmm.vfio.user.wire.DeviceMessages.RegionAccess;
import io.jvmm.vfio.user.wire.DeviceMessages.SetIrqs;
import io.jvmm.vfio.user.wire.DmaMessages.DmaMap;
import io.jvmm.vfio.user.wire.DmaMessages.DmaUnmap;
import io.jvmm.vfio.user.wire.MessageReader;

/** The commands for the device, all but its migration. One thread. */
final class DeviceCommands {
    private static final long BAD_SIZE = -8;

    private final Exchange exchange;
    private final MessageReader reader;
    private final PciUart uart;
    private final MigrationMachine migration;
    private final DmaSpace space;
    private final RegionAccess access;
    private final SetIrqs setIrqs;

    DeviceCommands(Exchange exchange, PciUart uart, MigrationMachine migration, DmaSpace space) {
        this.exchange = exchange;
        this.uart = uart;
        this.migration = migration;
        this.space = space;
        reader = exchange.reader();
        access = new RegionAccess(exchange.request());
        setIrqs = new SetIrqs(exchange.request());
    }

    void info() {
        new GetInfo(exchange.reply())
                .set(GetInfo.RESETTABLE | GetInfo.PCI, PciUart.REGIONS, PciUart.IRQS);
        exchange.send(GetInfo.SIZE);
    }

    void region() {
        reader.require(Region.SIZE);
        int index = new Region(exchange.request()).index();
        require(index >= 0 && index < PciUart.REGIONS, "No such region", index);
        long size = uart.regionSize(index);
        if (index == DeviceInfo.BAR0_REGION && migration.program().has(DataFault.BAD_REGION_SIZE)) {
            size = BAD_SIZE;
        }
        new Region(exchange.reply())
                .answer(index, size == 0 ? 0 : Region.READ | Region.WRITE, size);
        exchange.send(Region.SIZE);
    }

    void irq() {
        reader.require(Irq.SIZE);
        int index = new Irq(exchange.request()).index();
        require(index >= 0 && index < PciUart.IRQS, "No such interrupt", index);
        Irq reply = new Irq(exchange.reply());
        if (index == IrqInfo.INTX) {
            reply.set(index, Irq.EVENTFD | Irq.MASKABLE | Irq.AUTOMASKED, 1);
        } else {
            reply.set(index, 0, 0);
        }
        exchange.send(Irq.SIZE);
    }

    void setIrqs() {
        reader.require(SetIrqs.SIZE);
        int index = setIrqs.index();
        require(index >= 0 && index < PciUart.IRQS, "No such interrupt", index);
        require(
                setIrqs.start() == 0 && setIrqs.count() <= (index == IrqInfo.INTX ? 1 : 0),
                "No such interrupts",
                setIrqs.count());
        if (index == IrqInfo.INTX) {
            setIntx(setIrqs.flags());
        }
        exchange.send(0);
    }

    private void setIntx(int flags) {
        IrqLine intx = uart.intx();
        boolean meant = isMeant();
        switch (flags) {
            case SetIrqs.DATA_EVENTFD | SetIrqs.ACTION_TRIGGER -> connect(intx);
            case SetIrqs.DATA_NONE | SetIrqs.ACTION_TRIGGER,
                    SetIrqs.DATA_BOOL | SetIrqs.ACTION_TRIGGER -> {
                if (setIrqs.count() == 0) {
                    intx.disconnect();
                } else if (meant) {
                    intx.trigger();
                }
            }
            case SetIrqs.DATA_NONE | SetIrqs.ACTION_MASK,
                    SetIrqs.DATA_BOOL | SetIrqs.ACTION_MASK -> {
                if (meant) {
                    intx.mask();
                }
            }
            case SetIrqs.DATA_NONE | SetIrqs.ACTION_UNMASK,
                    SetIrqs.DATA_BOOL | SetIrqs.ACTION_UNMASK -> {
                if (meant) {
                    intx.unmask();
                }
            }
            default -> throw new RefusedException(Errno.EINVAL, "No such action: flags=" + flags);
        }
    }

    private boolean isMeant() {
        if ((setIrqs.flags() & SetIrqs.DATA_BOOL) == 0 || setIrqs.count() == 0) {
            return setIrqs.count() > 0;
        }
        reader.require(SetIrqs.SIZE + 1);
        return exchange.request().get(JAVA_BYTE, SetIrqs.SIZE) != 0;
    }

    /** No descriptor means: none any more. */
    private void connect(IrqLine intx) {
        int count = reader.descriptorCount();
        require(count <= setIrqs.count(), "Too many descriptors", count);
        if (count == 0) {
            intx.disconnect();
        } else {
            intx.connect(reader.takeDescriptor(0));
        }
    }

    void readRegion() {
        reader.require(RegionAccess.SIZE);
        long count = access.count();
        require(count <= Capabilities.DEFAULT_TRANSFER, "Too many bytes", count);
        uart.read(access.region(), access.offset(), exchange.reply(), RegionAccess.SIZE, count);
        answerAccess();
        exchange.send(RegionAccess.SIZE + count);
    }

    void writeRegion() {
        reader.require(RegionAccess.SIZE);
        long count = access.count();
        require(reader.received() - RegionAccess.SIZE == count, "Another number of bytes", count);
        uart.write(access.region(), access.offset(), exchange.request(), RegionAccess.SIZE, count);
        answerAccess();
        exchange.send(RegionAccess.SIZE);
    }

    private void answerAccess() {
        new RegionAccess(exchange.reply())
                .set(access.region(), access.offset(), (int) access.count());
    }

    void reset() {
        migration.reset();
        exchange.send(0);
    }

    void mapDma() {
        reader.require(DmaMap.SIZE);
        DmaMap map = new DmaMap(exchange.request());
        int count = reader.descriptorCount();
        require(count <= 1, "Too many descriptors", count);
        if (count == 0 || !map.isWritable()) {
            space.map(map.address(), map.size(), null, 0);
        } else {
            try (Fd file = reader.takeDescriptor(0)) {
                space.map(map.address(), map.size(), file, map.offset());
            } catch (SyscallException e) {
                throw new RefusedException(
                        e.errno(), "The memory cannot be mapped: size=" + map.size());
            }
        }
        exchange.send(0);
    }

    void unmapDma() {
        reader.require(DmaUnmap.SIZE);
        DmaUnmap unmap = new DmaUnmap(exchange.request());
        require(!unmap.wantsBitmap(), "No bitmap here", 0);
        if (unmap.isAll()) {
            require(unmap.address() == 0 && unmap.size() == 0, "All is no range", unmap.size());
            space.clear();
        } else {
            space.unmap(unmap.address(), unmap.size());
        }
        exchange.reply().copyFrom(exchange.request().asSlice(0, DmaUnmap.SIZE));
        exchange.send(DmaUnmap.SIZE);
    }

    private static void require(boolean condition, String what, long value) {
        if (!condition) {
            throw new RefusedException(Errno.EINVAL, what + ": value=" + value);
        }
    }
}
