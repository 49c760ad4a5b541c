package io.jvmm.vfio.user;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jvmm.linux.Fd;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.RegionInfo.MappableArea;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DeviceMessages.GetInfo;
import io.jvmm.vfio.user.wire.DeviceMessages.Irq;
import io.jvmm.vfio.user.wire.DeviceMessages.Region;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Regions and interrupts of a device, asked for once at the beginning: later some servers refuse to
 * answer.
 *
 * <p>The only capability that is looked at:
 *
 * <pre>
 *   0  u16 id = 1 (sparse mmap)
 *   2  u16 version = 1
 *   4  u32 next, from the beginning of the region's info; 0 = the last
 *   8  u32 areas
 *  12  u32 0
 *  16  areas × { u64 offset, u64 size }
 * </pre>
 *
 * @param info what the device is
 * @param regions all regions
 * @param irqs all interrupt indexes
 * @param files what mappable regions are mapped from, by region
 */
record DeviceLayout(
        DeviceInfo info, List<RegionInfo> regions, List<IrqInfo> irqs, Map<Integer, Fd> files)
        implements AutoCloseable {
    private static final int MAXIMUM_COUNT = 256;
    private static final int REGION_REPLY = 4096;

    private static final int CAPABILITY_HEADER = 8;
    private static final int SPARSE_MMAP = 1;
    private static final int SPARSE_AREAS = 16;
    private static final long PAGE = 4096;

    DeviceLayout {
        regions = List.copyOf(regions);
        irqs = List.copyOf(irqs);
    }

    /** Asks for everything. */
    static DeviceLayout read(ClientConnection connection) {
        Map<Integer, Fd> files = new TreeMap<>();
        try {
            DeviceInfo info = readInfo(connection);
            List<RegionInfo> regions = new ArrayList<>();
            for (int i = 0; i < info.regionCount(); i++) {
                regions.add(readRegion(connection, i, files));
            }
            List<IrqInfo> irqs = new ArrayList<>();
            for (int i = 0; i < info.irqCount(); i++) {
                irqs.add(readIrq(connection, i));
            }
            return new DeviceLayout(info, regions, irqs, files);
        } catch (RuntimeException e) {
            files.values().forEach(Fd::close);
            throw e;
        }
    }

    private static DeviceInfo readInfo(ClientConnection connection) {
        GetInfo reply = new GetInfo(connection.reply());
        new GetInfo(connection.request()).set(0, 0, 0);
        connection.call(Command.DEVICE_GET_INFO, GetInfo.SIZE, GetInfo.SIZE);
        if (reply.regions() > MAXIMUM_COUNT || reply.irqs() > MAXIMUM_COUNT) {
            throw connection.violation(
                    "A device has too many parts: regions=%d irqs=%d limit=%d"
                            .formatted(reply.regions(), reply.irqs(), MAXIMUM_COUNT));
        }
        return new DeviceInfo(
                (reply.flags() & GetInfo.RESETTABLE) != 0,
                (reply.flags() & GetInfo.PCI) != 0,
                (int) reply.regions(),
                (int) reply.irqs());
    }

    private static IrqInfo readIrq(ClientConnection connection, int index) {
        Irq reply = new Irq(connection.reply());
        new Irq(connection.request()).set(index, 0, 0);
        connection.call(Command.DEVICE_GET_IRQ_INFO, Irq.SIZE, Irq.SIZE);
        if (reply.index() != index || reply.count() > Short.MAX_VALUE) {
            throw connection.violation(
                    "Interrupts that cannot be: irq=%d asked=%d count=%d"
                            .formatted(reply.index(), index, reply.count()));
        }
        int flags = reply.flags();
        return new IrqInfo(
                index,
                (int) reply.count(),
                (flags & Irq.EVENTFD) != 0,
                (flags & Irq.MASKABLE) != 0,
                (flags & Irq.AUTOMASKED) != 0,
                (flags & Irq.NORESIZE) != 0);
    }

    /** The descriptor comes only with the answer that has room for all the capabilities. */
    private static RegionInfo readRegion(
            ClientConnection connection, int index, Map<Integer, Fd> files) {
        Region reply = new Region(connection.reply());
        new Region(connection.request()).ask(REGION_REPLY, index);
        long length =
                connection.call(
                        Command.DEVICE_GET_REGION_INFO, Region.SIZE, Region.SIZE, REGION_REPLY);
        if (reply.index() != index || reply.argsz() > REGION_REPLY) {
            throw connection.violation(
                    "A region that cannot be: region=%d asked=%d argsz=%d"
                            .formatted(reply.index(), index, reply.argsz()));
        }
        try {
            RegionInfo region = decode(reply, length);
            boolean mappable = !region.mappable().isEmpty();
            connection.requireDescriptors(mappable ? 1 : 0, "region=" + index);
            if (mappable) {
                files.put(index, connection.takeDescriptor(0));
                requireBacked(region, connection.device(), files.get(index));
            }
            return region;
        } catch (VfioException e) {
            throw new VfioException(
                    "A region makes no sense: device=%s region=%d"
                            .formatted(connection.device(), index),
                    e);
        }
    }

    private static RegionInfo decode(Region reply, long length) {
        int flags = reply.flags();
        List<MappableArea> areas = List.of();
        if ((flags & Region.MMAP) != 0 && reply.size() > 0) {
            areas =
                    (flags & Region.CAPABILITIES) != 0
                            ? sparseAreas(reply, length)
                            : List.of(new MappableArea(0, reply.size()));
        }
        RegionInfo region =
                new RegionInfo(
                        reply.index(),
                        reply.size(),
                        reply.offset(),
                        (flags & Region.READ) != 0,
                        (flags & Region.WRITE) != 0,
                        areas);
        for (MappableArea area : areas) {
            region.requireInside(area.offset(), area.size());
            if (area.size() == 0 || (area.offset() | area.size()) % PAGE != 0) {
                throw new VfioException("An area that cannot be mapped: " + area);
            }
        }
        return region;
    }

    /** Walks the capabilities; each must lie behind the one before, so that the walk ends. */
    private static List<MappableArea> sparseAreas(Region reply, long length) {
        MemorySegment bytes = reply.segment();
        long at = reply.capabilities();
        long last = Region.SIZE - 1;
        while (at != 0) {
            if (at <= last || at % Integer.BYTES != 0 || at > length - CAPABILITY_HEADER) {
                throw new VfioException(
                        "A capability lies where none can be: offset=%d previous=%d length=%d"
                                .formatted(at, last, length));
            }
            if (Short.toUnsignedInt(bytes.get(JAVA_SHORT, at)) == SPARSE_MMAP) {
                return areas(bytes, at, length);
            }
            last = at;
            at = Integer.toUnsignedLong(bytes.get(JAVA_INT, at + 4));
        }
        return List.of(new MappableArea(0, reply.size()));
    }

    private static List<MappableArea> areas(MemorySegment bytes, long at, long length) {
        long room = length - at - SPARSE_AREAS;
        long count = room < 0 ? -1 : Integer.toUnsignedLong(bytes.get(JAVA_INT, at + 8));
        if (count < 0 || count > room / (2 * Long.BYTES)) {
            throw new VfioException(
                    "A capability is cut short: offset=%d areas=%d length=%d"
                            .formatted(at, count, length));
        }
        List<MappableArea> areas = new ArrayList<>();
        for (long i = 0; i < count; i++) {
            long area = at + SPARSE_AREAS + i * 2 * Long.BYTES;
            areas.add(
                    new MappableArea(
                            bytes.get(JAVA_LONG.withByteAlignment(4), area),
                            bytes.get(JAVA_LONG.withByteAlignment(4), area + Long.BYTES)));
        }
        return areas;
    }

    /** An access behind the file's end would be a signal, not an error. */
    private static void requireBacked(RegionInfo region, String device, Fd file) {
        long end = 0;
        for (MappableArea area : region.mappable()) {
            end = Math.max(end, area.offset() + area.size());
        }
        long size = file.fileSize();
        if (region.offset() > size - end) {
            throw new VfioException(
                    "A region's file is too short: device=%s region=%d offset=%d end=%d file=%d"
                            .formatted(device, region.index(), region.offset(), end, size));
        }
    }

    @Override
    public void close() {
        files.values().forEach(Fd::close);
    }
}
