package io.jvmm.device.vfio;

import io.jvmm.device.pci.PciAddress;
import io.jvmm.device.pci.PciBar;
import io.jvmm.device.pci.PciConfig;
import io.jvmm.device.pci.PciConfigState;
import io.jvmm.device.pci.PciFunction;
import io.jvmm.linux.SyscallException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.IrqInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vmstate.VmStateDescription;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A VFIO device as a function of the guest's PCI bus. The guest's accesses go to the device, also
 * writes of what {@link PciConfig} keeps; where the BARs lie is decided here.
 *
 * <p>A device that fails an access does not fail the guest: a read gives ones, a write is lost, and
 * it is said once.
 *
 * <p>Threads: register accesses by all vCPU threads; the rest by one thread at a time.
 */
public final class VfioPciFunction implements PciFunction, ConfigState, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VfioPciFunction.class.getName());
    private static final int VERSION = 1;

    private final String name;
    private final VfioBackend device;
    private final PciConfig config;
    private final RegionInfo[] bars;
    private final RegionInfo configRegion;
    private final @Nullable IntxLine interrupt;
    private final PciConfigState exchanged = new PciConfigState();
    private final VmStateDescription<PciConfigState> description;
    private final AtomicBoolean failureSaid = new AtomicBoolean();

    private VfioPciFunction(PciAddress address, VfioBackend device) {
        this.name = address.toString();
        this.device = device;
        this.bars = new RegionInfo[PciBar.COUNT];
        for (int i = 0; i < bars.length; i++) {
            bars[i] = device.region(DeviceInfo.BAR0_REGION + i);
        }
        this.configRegion = device.region(DeviceInfo.CONFIG_REGION);
        this.config = keptConfig(readWholeConfig());
        this.description =
                VmStateDescription.<PciConfigState>named("VFIOPCIDevice")
                        .version(VERSION)
                        .struct("pdev", PciConfigState.DESCRIPTION, state -> state)
                        .check(config::difference)
                        .build();
        this.interrupt = hasPin(device) ? new IntxLine(name, device, config) : null;
    }

    /**
     * Puts a device on the bus and lets it reach the guest's RAM.
     *
     * @param address where it sits
     * @param device the device; if this succeeds, {@link #close} closes it
     * @param ram the guest's RAM, which stays mapped until then
     * @return the function, its BARs nowhere yet
     * @throws VfioException if the device is not what a PCI device must be
     * @throws SyscallException if the device refuses something
     */
    public static VfioPciFunction attach(PciAddress address, VfioBackend device, DmaRegion ram) {
        if (!device.info().pci() || device.info().regionCount() <= DeviceInfo.CONFIG_REGION) {
            throw new VfioException("It is not a PCI device: device=" + device.name());
        }
        device.mapDma(ram);
        return new VfioPciFunction(address, device);
    }

    private static boolean hasPin(VfioBackend device) {
        if (device.info().irqCount() <= IrqInfo.INTX) {
            return false;
        }
        IrqInfo pin = device.irq(IrqInfo.INTX);
        return pin.count() > 0 && pin.eventFd();
    }

    private byte[] readWholeConfig() {
        byte[] bytes = new byte[PciConfig.SIZE];
        if (configRegion.size() < 0x40) {
            throw new VfioException(
                    "The configuration space is too short: device=%s size=%d"
                            .formatted(device.name(), configRegion.size()));
        }
        for (int at = 0; at < bytes.length; at += Integer.BYTES) {
            long value = readDeviceConfig(at, Integer.BYTES);
            for (int i = 0; i < Integer.BYTES; i++) {
                bytes[at + i] = (byte) (value >> (i * Byte.SIZE));
            }
        }
        return bytes;
    }

    private PciConfig keptConfig(byte[] bytes) {
        List<PciBar> declared = new ArrayList<>();
        try {
            for (int i = 0; i < bars.length; i++) {
                if (bars[i].size() > 0) {
                    int register = bytes[PciConfig.BARS + i * Integer.BYTES];
                    declared.add(PciBar.declared(i, register, bars[i].size()));
                }
            }
            return new PciConfig(bytes, declared);
        } catch (IllegalArgumentException e) {
            throw new VfioException("A BAR cannot be offered: device=" + device.name(), e);
        }
    }

    /**
     * By which name its sections go.
     *
     * @return such as {@code 0000:00:01.0}
     */
    public String name() {
        return name;
    }

    /**
     * The device.
     *
     * @return for migration and dirty logging
     */
    public VfioBackend backend() {
        return device;
    }

    @Override
    public PciConfig config() {
        return config;
    }

    /**
     * Writes what the device's own state does not have: QEMU's {@code VFIOPCIDevice}, version 1,
     * without a header. Allocates nothing, and does not ask the device.
     *
     * @param out where it goes
     */
    @Override
    public void saveConfig(StreamWriter out) {
        config.save(exchanged);
        description.save(exchanged, out);
    }

    /**
     * Takes over what {@link #saveConfig} wrote, and tells the device. The vCPUs are stopped.
     *
     * @param in where it comes from
     * @throws io.jvmm.stream.StreamFormatException if it is of another device
     * @throws VfioException if the device cannot be told
     * @throws SyscallException if the device refuses it
     */
    @Override
    public void loadConfig(StreamReader in) {
        description.load(exchanged, in, VERSION);
        config.load(exchanged);
        for (int i = 0; i < PciBar.COUNT; i++) {
            tell(PciConfig.BARS + i * Integer.BYTES, Integer.BYTES);
        }
        tell(PciConfig.INTERRUPT_LINE, 1);
        tell(PciConfig.COMMAND, 2);
    }

    private void tell(int register, int size) {
        device.writeRegister(
                DeviceInfo.CONFIG_REGION, register, size, config.read(register, size, 0));
    }

    @Override
    public long readConfig(int offset, int size) {
        try {
            return config.read(offset, size, readDeviceConfig(offset, size));
        } catch (SyscallException | VfioException e) {
            sayFailure(e);
            return ones(size);
        }
    }

    /** Byte by byte where the device has less than the whole. */
    private long readDeviceConfig(int offset, int size) {
        if (offset + size <= configRegion.size()) {
            return device.readRegister(DeviceInfo.CONFIG_REGION, offset, size);
        }
        long value = ones(size);
        for (int i = 0; offset + i < configRegion.size(); i++) {
            long octet = device.readRegister(DeviceInfo.CONFIG_REGION, offset + i, 1);
            value = (value & ~(0xFFL << (i * Byte.SIZE))) | octet << (i * Byte.SIZE);
        }
        return value;
    }

    @Override
    public void writeConfig(int offset, int size, long value) {
        config.write(offset, size, value);
        if (offset + size <= configRegion.size()) {
            write(DeviceInfo.CONFIG_REGION, offset, size, value);
        }
    }

    @Override
    public long readBar(int bar, long offset, int size) {
        if (offset + size > bars[bar].size()) {
            return ones(size);
        }
        long value = readGuarded(DeviceInfo.BAR0_REGION + bar, offset, size);
        serviceInterrupt();
        return value;
    }

    private long readGuarded(int region, long offset, int size) {
        try {
            return device.readRegister(region, offset, size) & ones(size);
        } catch (SyscallException | VfioException e) {
            sayFailure(e);
            return ones(size);
        }
    }

    @Override
    public void writeBar(int bar, long offset, int size, long value) {
        if (offset + size <= bars[bar].size()) {
            write(DeviceInfo.BAR0_REGION + bar, offset, size, value);
            serviceInterrupt();
        }
    }

    private void write(int region, long offset, int size, long value) {
        try {
            device.writeRegister(region, offset, size, value);
        } catch (SyscallException | VfioException e) {
            sayFailure(e);
        }
    }

    private void serviceInterrupt() {
        if (interrupt != null) {
            try {
                interrupt.serviced();
            } catch (SyscallException | VfioException e) {
                sayFailure(e);
            }
        }
    }

    private void sayFailure(RuntimeException cause) {
        if (failureSaid.compareAndSet(false, true)) {
            LOG.log(
                    Level.WARNING,
                    "A register of the device cannot be accessed: the guest reads ones, and its"
                            + " writes are lost. function={0} cause={1}",
                    name,
                    cause.getMessage());
        }
    }

    private static long ones(int size) {
        return -1L >>> (Long.SIZE - size * Byte.SIZE);
    }

    /**
     * Breaks what hangs in the device, as far as that can be done: the guest is not to go on. What
     * fails of it now is not said. Any thread.
     */
    public void abandon() {
        failureSaid.set(true);
        device.shutdown();
    }

    /** Gives the device back; the vCPUs are gone already. */
    @Override
    public void close() {
        if (interrupt != null) {
            interrupt.close();
        }
        device.close();
    }
}
