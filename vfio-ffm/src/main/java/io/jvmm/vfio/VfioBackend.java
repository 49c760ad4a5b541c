package io.jvmm.vfio;

import io.jvmm.linux.EventFd;
import io.jvmm.linux.Mapping;
import java.util.List;
import java.util.Optional;

/**
 * One VFIO device, whoever implements it.
 *
 * <p>Errors of the device are {@link io.jvmm.linux.SyscallException} with its errno; {@link
 * VfioException} for what the rules do not allow. Every offset is checked against the region's size
 * here: a device need not do so.
 *
 * <p>Region accesses and {@link #unmaskIrq} may come from several threads, while another uses the
 * rest. Everything else is for one thread at a time.
 */
public interface VfioBackend extends AutoCloseable {
    /**
     * What people call it.
     *
     * @return such as the mdev's UUID, the PCI address, the socket's path
     */
    String name();

    /**
     * What it is.
     *
     * @return the same always
     */
    DeviceInfo info();

    /**
     * One region.
     *
     * @param index below {@link DeviceInfo#regionCount}
     * @return the same always; of size 0 if the device does not have it
     */
    RegionInfo region(int index);

    /**
     * One interrupt index.
     *
     * @param index below {@link DeviceInfo#irqCount}
     * @return its description, of count 0 if the device does not have it
     */
    IrqInfo irq(int index);

    /**
     * Reads a register.
     *
     * @param region the region's index
     * @param offset from the region's beginning
     * @param size 1, 2, 4 or 8 bytes
     * @return the value, little-endian, zero-extended
     */
    long readRegister(int region, long offset, int size);

    /**
     * Writes a register.
     *
     * @param region the region's index
     * @param offset from the region's beginning
     * @param size 1, 2, 4 or 8 bytes
     * @param value the value in the low bytes
     */
    void writeRegister(int region, long offset, int size, long value);

    /**
     * Maps an area of a region.
     *
     * @param region the region's index
     * @param area one of {@link RegionInfo#mappable}
     * @return the memory, shared with the device; the caller closes it
     */
    Mapping map(int region, RegionInfo.MappableArea area);

    /**
     * Connects interrupts of an index with eventfds, from its first one on.
     *
     * @param index the interrupt index
     * @param events one per interrupt
     */
    void connectIrqs(int index, List<EventFd> events);

    /**
     * Switches an interrupt index off.
     *
     * @param index the interrupt index
     */
    void disconnectIrqs(int index);

    /**
     * Lets the first interrupt of an index signal again after it has masked itself.
     *
     * @param index the interrupt index
     */
    void unmaskIrq(int index);

    /**
     * Keeps the first interrupt of an index from signalling.
     *
     * @param index the interrupt index
     */
    void maskIrq(int index);

    /**
     * Fires an interrupt from this side, as a test of the way.
     *
     * @param index the interrupt index
     */
    void triggerIrq(int index);

    /** Resets the device; its migration state is RUNNING then. */
    void reset();

    /**
     * Lets the device reach memory.
     *
     * @param region the memory, and where the device sees it
     */
    void mapDma(DmaRegion region);

    /**
     * Takes memory from the device again.
     *
     * @param region as it was mapped
     */
    void unmapDma(DmaRegion region);

    /**
     * Its migration.
     *
     * @return empty if the device cannot migrate
     */
    Optional<VfioMigration> migration();

    /**
     * Its log of written memory.
     *
     * @return empty if nobody can tell what it writes
     */
    Optional<DmaLogging> dmaLogging();

    /**
     * Lets a call that hangs fail now, and everything after it, where that can be done: a call into
     * the kernel cannot be broken. Any thread, at any time; {@link #close} is still due.
     */
    default void shutdown() {}

    /** Gives the device back. */
    @Override
    void close();
}
