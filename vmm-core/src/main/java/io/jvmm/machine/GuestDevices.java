package io.jvmm.machine;

import io.jvmm.device.pci.PciAddress;
import io.jvmm.device.pci.PciBus;
import io.jvmm.device.vfio.VfioPciFunction;
import io.jvmm.guest.GuestMemory;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioBackend;
import java.lang.System.Logger.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The devices on the PCI bus of a machine. They reach all of the guest's RAM, at the addresses that
 * the guest sees it at.
 *
 * <p>Closed after the vCPUs, which use them, and before the RAM.
 */
final class GuestDevices implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(GuestDevices.class.getName());

    /** How a device is had. */
    interface Opener {
        VfioBackend open(DeviceConfig device);
    }

    private final Map<PciAddress, VfioPciFunction> functions;
    private final PciBus bus;

    private GuestDevices(Map<PciAddress, VfioPciFunction> functions) {
        this.functions = functions;
        this.bus = new PciBus(functions);
    }

    /** Opens all devices where they are. */
    static GuestDevices open(List<DeviceConfig> devices, GuestMemory memory) {
        return open(devices, memory, VfioOpener::open);
    }

    /**
     * Opens all devices; the first that cannot be had closes those before it.
     *
     * @throws IllegalArgumentException if the devices exclude each other
     * @throws RuntimeException if a device cannot be had
     */
    static GuestDevices open(List<DeviceConfig> devices, GuestMemory memory, Opener opener) {
        Map<Integer, DeviceConfig> slots = place(devices);
        DmaRegion ram = new DmaRegion(0, memory.segment(), memory.file(), 0);
        Map<PciAddress, VfioPciFunction> functions = new LinkedHashMap<>();
        try {
            slots.forEach((slot, device) -> {
                PciAddress address = new PciAddress(slot);
                functions.put(address, attach(address, opener.open(device), ram));
            });
            return new GuestDevices(functions);
        } catch (RuntimeException e) {
            functions.values().forEach(GuestDevices::closeQuietly);
            throw e;
        }
    }

    private static VfioPciFunction attach(PciAddress address, VfioBackend device, DmaRegion ram) {
        try {
            return VfioPciFunction.attach(address, device, ram);
        } catch (RuntimeException e) {
            closeQuietly(device);
            throw e;
        }
    }

    /** By slot. Those that name one come first, then the others fill the gaps, in order. */
    private static Map<Integer, DeviceConfig> place(List<DeviceConfig> devices) {
        Map<Integer, DeviceConfig> slots = new TreeMap<>();
        for (DeviceConfig device : devices) {
            if (device.slot() != DeviceConfig.NEXT_FREE_SLOT
                    && slots.put(device.slot(), device) != null) {
                throw new IllegalArgumentException(
                        "Two devices in one slot: addr=" + device.slot());
            }
        }
        int free = 1;
        for (DeviceConfig device : devices) {
            if (device.slot() == DeviceConfig.NEXT_FREE_SLOT) {
                while (slots.containsKey(free)) {
                    free++;
                }
                slots.put(free, device);
            }
        }
        if (slots.containsKey(DeviceConfig.LAST_SLOT + 1)) {
            throw new IllegalArgumentException(
                    "The PCI bus has 31 slots: devices=" + devices.size());
        }
        return slots;
    }

    /** Where the accesses go that are neither RAM nor the board's. */
    PciBus bus() {
        return bus;
    }

    /** In the order of their slots. */
    List<VfioPciFunction> functions() {
        return List.copyOf(functions.values());
    }

    /** Only a machine with devices has a bus to tell of. */
    void register(SaveVmRegistry registry) {
        if (!functions.isEmpty()) {
            registry.register(0, PciBus.DESCRIPTION, bus);
        }
    }

    @Override
    public void close() {
        functions.values().forEach(GuestDevices::closeQuietly);
    }

    /** A device that cannot be given back keeps nothing else from being given back. */
    private static void closeQuietly(AutoCloseable device) {
        try {
            device.close();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "A device could not be closed.", e);
        }
    }
}
