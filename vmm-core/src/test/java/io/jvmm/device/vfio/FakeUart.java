package io.jvmm.device.vfio;

import io.jvmm.linux.Errno;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.Mapping;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioMigration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A serial port as a VFIO device: what is sent comes back. BAR 0 has its 8 ports, BAR 1 is 4 KiB of
 * plain memory, and BAR 2, with BAR 3, the same anywhere.
 */
public final class FakeUart implements VfioBackend {
    public static final int DEVICE_ID = 0x1234_4A56;

    private static final int MEMORY_SIZE = 4096;
    private static final int FIFO_SIZE = 16;

    /** What happens to the next byte that is sent. */
    public enum Fault {
        NONE,
        LOSE,
        DOUBLE,
        OVERTAKE
    }

    /** What was done to it, in order: of the calls that are not register accesses. */
    public final List<String> calls = new ArrayList<>();

    public final byte[] config = new byte[256];
    private final long[] regionSizes = {8, MEMORY_SIZE, MEMORY_SIZE, 0, 0, 0, 0, 256, 0};
    private final byte[] memory = new byte[MEMORY_SIZE];
    private final ArrayDeque<Integer> fifo = new ArrayDeque<>();
    private Fault fault = Fault.NONE;
    private int interruptEnable;
    private boolean masked;
    private @Nullable EventFd interrupt;
    private volatile boolean dead;

    public FakeUart() {
        setConfig(0x00, DEVICE_ID);
        setConfig(0x04, 0x0210_0003); // it decodes, and has capabilities
        setConfig(0x08, 0x0700_0210);
        setConfig(0x0C, 0x0080_0000); // it has other functions as well
        setConfig(0x10, 0x0000_0001);
        setConfig(0x14, 0xFEB0_0008);
        setConfig(0x18, 0x0000_0004);
        setConfig(0x2C, 0x1234_4A56);
        setConfig(0x34, 0x40);
        setConfig(0x3C, 0x0000_0100);
        setConfig(0x40, 0x0000_0005);
    }

    private void setConfig(int offset, int value) {
        for (int i = 0; i < 4; i++) {
            config[offset + i] = (byte) (value >> (i * 8));
        }
    }

    /** Every access fails from now on. */
    public void kill() {
        dead = true;
    }

    public synchronized void onNextByte(Fault newFault) {
        fault = newFault;
    }

    public synchronized boolean faultIsDone() {
        return fault == Fault.NONE;
    }

    /** Takes over what migrates of a serial port. */
    public void loadFrom(FakeUart source) {
        fifo.clear();
        fifo.addAll(source.contents());
    }

    /** Loses all that is in it. */
    public synchronized void empty() {
        fifo.clear();
    }

    public synchronized List<Integer> contents() {
        return List.copyOf(fifo);
    }

    public void resize(int region, long size) {
        regionSizes[region] = size;
    }

    @Override
    public String name() {
        return "fake";
    }

    @Override
    public DeviceInfo info() {
        return new DeviceInfo(true, true, 9, 5);
    }

    @Override
    public RegionInfo region(int index) {
        return new RegionInfo(index, regionSizes[index], (long) index << 40, true, true, List.of());
    }

    @Override
    public IrqInfo irq(int index) {
        boolean pin = index == IrqInfo.INTX;
        return new IrqInfo(index, pin ? 1 : 0, pin, pin, pin, false);
    }

    @Override
    public synchronized long readRegister(int index, long offset, int size) {
        region(index).requireInside(offset, size);
        if (dead) {
            throw new SyscallException("read", Errno.EIO, "region=" + index);
        }
        if (index == 0) {
            return readPort((int) offset);
        }
        byte[] from = index == DeviceInfo.CONFIG_REGION ? config : memory;
        long value = 0;
        for (int i = 0; i < size; i++) {
            value |= (from[(int) offset + i] & 0xFFL) << (i * 8);
        }
        return value;
    }

    private long readPort(int port) {
        return switch (port) {
            case 0 -> fifo.isEmpty() ? 0 : fifo.remove();
            case 1 -> interruptEnable;
            case 5 -> 0x60 | (fifo.isEmpty() ? 0 : 1);
            default -> 0;
        };
    }

    @Override
    public synchronized void writeRegister(int index, long offset, int size, long value) {
        region(index).requireInside(offset, size);
        if (dead) {
            throw new SyscallException("write", Errno.EIO, "region=" + index);
        }
        if (index == 0) {
            writePort((int) offset, (int) value);
        } else {
            byte[] to = index == DeviceInfo.CONFIG_REGION ? config : memory;
            for (int i = 0; i < size; i++) {
                to[(int) offset + i] = (byte) (value >> (i * 8));
            }
        }
    }

    private void writePort(int port, int value) {
        switch (port) {
            case 0 -> send(value);
            case 1 -> interruptEnable = value;
            case 2 -> {
                if ((value & 2) != 0) {
                    fifo.clear();
                }
            }
            default -> {}
        }
        signalIfNeeded();
    }

    private void send(int value) {
        Fault now = fault;
        fault = Fault.NONE;
        if (now == Fault.LOSE || fifo.size() == FIFO_SIZE) {
            return;
        }
        if (now == Fault.OVERTAKE) {
            int overtaken = fifo.removeLast();
            fifo.add(value);
            fifo.add(overtaken);
            return;
        }
        fifo.add(value);
        if (now == Fault.DOUBLE) {
            fifo.add(value);
        }
    }

    private void signalIfNeeded() {
        if (interrupt != null && !masked && !fifo.isEmpty() && (interruptEnable & 1) != 0) {
            masked = true;
            interrupt.signal();
        }
    }

    @Override
    public synchronized void connectIrqs(int index, List<EventFd> events) {
        calls.add("connect irq " + index);
        interrupt = events.getFirst();
    }

    @Override
    public synchronized void unmaskIrq(int index) {
        calls.add("unmask irq " + index);
        masked = false;
        signalIfNeeded();
    }

    @Override
    public synchronized void mapDma(DmaRegion region) {
        calls.add("map %d+%d".formatted(region.iova(), region.size()));
    }

    @Override
    public synchronized void close() {
        calls.add("close");
    }

    @Override
    public Mapping map(int region, RegionInfo.MappableArea area) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void disconnectIrqs(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void maskIrq(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void triggerIrq(int index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void reset() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void unmapDma(DmaRegion region) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<VfioMigration> migration() {
        return Optional.empty();
    }

    @Override
    public Optional<DmaLogging> dmaLogging() {
        return Optional.empty();
    }
}
