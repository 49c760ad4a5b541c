package io.jvmm.guest;

import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.savevm.ram.GuestRam;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The guest's RAM: one block in a memfd, at guest-physical address 0.
 *
 * <p>The VMM's own writes go through the methods here, so that they reach {@link #hostDirtyLog}.
 * They are neither atomic nor ordered against the guest's accesses. An address outside RAM is an
 * {@link IndexOutOfBoundsException}.
 */
public final class GuestMemory implements GuestRam, AutoCloseable {

    private static final ValueLayout.OfInt INT =
            ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG =
            ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private final Fd file;
    private final Mapping mapping;
    private final RamBlock block;
    private final List<RamBlock> blocks;
    private final HostDirtyLog hostDirtyLog;

    private GuestMemory(String blockName, Fd file, Mapping mapping) {
        this.file = file;
        this.mapping = mapping;
        this.block = new RamBlock(blockName, mapping.segment());
        this.blocks = List.of(block);
        this.hostDirtyLog = new HostDirtyLog(block);
    }

    /**
     * Makes RAM of zeros.
     *
     * @param blockName name in the stream: {@code ram}, or {@code microvm.ram}
     * @param size bytes, a multiple of the page size
     * @return the memory
     */
    public static GuestMemory allocate(String blockName, long size) {
        if (size <= 0 || size % RamBlock.PAGE_SIZE != 0) {
            throw new IllegalArgumentException("RAM is not a number of pages: bytes=" + size);
        }
        Fd file = Fd.memoryFile("jvmm-" + blockName, size);
        try {
            return new GuestMemory(blockName, file, Mapping.of(file, 0, size));
        } catch (RuntimeException e) {
            file.close();
            throw e;
        }
    }

    @Override
    public List<RamBlock> blocks() {
        return blocks;
    }

    /**
     * The one block.
     *
     * @return what {@link #blocks} lists
     */
    public RamBlock block() {
        return block;
    }

    /**
     * The guest's bytes, for accelerators. Whoever writes here has to tell {@link #hostDirtyLog}.
     *
     * @return all of RAM
     */
    public MemorySegment segment() {
        return mapping.segment();
    }

    /**
     * The file behind the memory, for devices that reach it from another process: RAM is all of it.
     *
     * @return the descriptor, owned by this object
     */
    public Fd file() {
        return file;
    }

    /**
     * Size of RAM.
     *
     * @return bytes
     */
    public long size() {
        return block.length();
    }

    /**
     * The log of the VMM's own writes.
     *
     * @return the same object at every call
     */
    public HostDirtyLog hostDirtyLog() {
        return hostDirtyLog;
    }

    /** Makes all pages present, so that neither guest nor VMM waits for one later. */
    public void populate() {
        mapping.populate();
    }

    /**
     * Reads 32 bits, little-endian.
     *
     * @param address guest-physical
     * @return the value
     */
    public int getInt(long address) {
        return segment().get(INT, address);
    }

    /**
     * Writes 32 bits, little-endian.
     *
     * @param address guest-physical
     * @param value the value
     */
    public void setInt(long address, int value) {
        segment().set(INT, address, value);
        hostDirtyLog.markWritten(address, Integer.BYTES);
    }

    /**
     * Reads 64 bits, little-endian.
     *
     * @param address guest-physical
     * @return the value
     */
    public long getLong(long address) {
        return segment().get(LONG, address);
    }

    /**
     * Writes 64 bits, little-endian.
     *
     * @param address guest-physical
     * @param value the value
     */
    public void setLong(long address, long value) {
        segment().set(LONG, address, value);
        hostDirtyLog.markWritten(address, Long.BYTES);
    }

    /**
     * Writes bytes.
     *
     * @param address guest-physical
     * @param bytes what to write
     */
    public void write(long address, byte[] bytes) {
        MemorySegment.copy(bytes, 0, segment(), ValueLayout.JAVA_BYTE, address, bytes.length);
        hostDirtyLog.markWritten(address, bytes.length);
    }

    /** Unmaps the memory; the accelerator is closed already. */
    @Override
    public void close() {
        mapping.close();
        file.close();
    }
}
