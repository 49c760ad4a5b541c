package io.jvmm.guest.interp;

import io.jvmm.guest.IoBus;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** The guest-physical address space of a vCPU: RAM from 0 on, above it whatever the bus has. */
final class PhysicalMemory {

    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int PAGE_SHIFT = 12;

    private final MemorySegment ram;
    private final long ramSize;
    private final WriteLog writes;
    private final IoBus bus;

    PhysicalMemory(RamBlock block, WriteLog writes, IoBus bus) {
        this.ram = block.memory();
        this.ramSize = block.length();
        this.writes = writes;
        this.bus = bus;
    }

    /** Zero-extended. */
    int load(long address, int size) {
        if (address + size > ramSize) {
            return (int) bus.readMmio(address, size);
        }
        return switch (size) {
            case 1 -> ram.get(BYTE, address) & 0xFF;
            case 2 -> ram.get(SHORT, address) & 0xFFFF;
            default -> ram.get(INT, address);
        };
    }

    void store(long address, int size, int value) {
        if (address + size > ramSize) {
            storeMmio(address, size, value);
            return;
        }
        switch (size) {
            case 1 -> ram.set(BYTE, address, (byte) value);
            case 2 -> ram.set(SHORT, address, (short) value);
            default -> ram.set(INT, address, value);
        }
        long page = address >> PAGE_SHIFT;
        writes.mark(page);
        long lastPage = (address + size - 1) >> PAGE_SHIFT;
        if (lastPage != page) {
            writes.mark(lastPage);
        }
    }

    private void storeMmio(long address, int size, int value) {
        long mask = -1L >>> ((8 - size) * 8);
        bus.writeMmio(address, size, value & mask);
    }

    /** Whether an instruction's first eight bytes can be read at once. */
    boolean hasEightBytes(long address) {
        return address + Long.BYTES <= ramSize;
    }

    long eightBytes(long address) {
        return ram.get(LONG, address);
    }

    /** Instructions come from RAM only. */
    int codeByte(long address) {
        if (address >= ramSize) {
            throw new Fault("no code at this address");
        }
        return ram.get(BYTE, address) & 0xFF;
    }

    /** For a crash report: what is there, as far as there is RAM. */
    byte[] peek(long address, int length) {
        long available = Math.clamp(ramSize - address, 0, length);
        return available == 0
                ? new byte[0]
                : ram.asSlice(address, available).toArray(ValueLayout.JAVA_BYTE);
    }

    long in(int port, int size) {
        return bus.in(port, size);
    }

    void out(int port, int size, int value) {
        long mask = -1L >>> ((8 - size) * 8);
        bus.out(port, size, value & mask);
    }
}
