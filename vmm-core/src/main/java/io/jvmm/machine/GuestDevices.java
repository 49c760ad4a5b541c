package io.jvmm.machine;

import io.jvmm.device.pci.PciAddress;
import io.jvmm.device.pci.PciBus;
import io.jvmm.device.vfio.VfioDirtyLog;
import io.jvmm.device.vfio.VfioPciFunction;
import io.jvmm.device.vfio.VfioRunState;
import io.jvmm.device.vfio.VfioStateHandlers;
import io.jvmm.guest.GuestMemory;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.stream.NanoClock;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
    private final NanoClock clock;
    private final List<VfioRunState> runStates;
    private volatile List<VfioStateHandlers> migrating = List.of();

    private GuestDevices(Map<PciAddress, VfioPciFunction> functions, NanoClock clock) {
        this.functions = functions;
        this.clock = clock;
        this.bus = new PciBus(functions);
        this.runStates =
                functions.values().stream()
                        .map(each -> new VfioRunState(each.name(), each.backend(), clock))
                        .toList();
        runStates.forEach(GuestDevices::measureRollback);
    }

    /**
     * Opens all devices; the first that cannot be had closes those before it.
     *
     * @throws IllegalArgumentException if the devices exclude each other
     * @throws RuntimeException if a device cannot be had
     */
    static GuestDevices open(
            List<DeviceConfig> devices, GuestMemory memory, NanoClock clock, Opener opener) {
        Map<Integer, DeviceConfig> slots = place(devices);
        DmaRegion ram = new DmaRegion(0, memory.segment(), memory.file(), 0);
        Map<PciAddress, VfioPciFunction> functions = new LinkedHashMap<>();
        try {
            slots.forEach((slot, device) -> {
                PciAddress address = new PciAddress(slot);
                functions.put(address, attach(address, opener.open(device), ram));
            });
            return new GuestDevices(functions, clock);
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

    /** How the devices stop and run with the guest, in the order of their slots. */
    List<VfioRunState> runStates() {
        return runStates;
    }

    /** What the devices write into the RAM, as far as they can tell. */
    DirtyLog dirtyLog(GuestMemory memory) {
        return new VfioDirtyLog(
                functions.values().stream()
                        .flatMap(each -> each.backend().dmaLogging().stream())
                        .toList(),
                memory.blocks().getFirst());
    }

    /**
     * Registers the bus, of a machine with devices, and each device that can migrate.
     *
     * @param switchoverAck whether the source waits for the devices' initial data
     */
    void register(SaveVmRegistry registry, boolean switchoverAck) {
        if (functions.isEmpty()) {
            return;
        }
        List<VfioStateHandlers> handlers = new ArrayList<>();
        List<VfioPciFunction> configs = functions();
        for (int i = 0; i < configs.size(); i++) {
            VfioRunState state = runStates.get(i);
            if (state.migrationBlocker().isEmpty()) {
                handlers.add(new VfioStateHandlers(state, configs.get(i), switchoverAck, clock));
            }
        }
        handlers.forEach(registry::register);
        migrating = List.copyOf(handlers);
        registry.register(0, PciBus.DESCRIPTION, bus);
    }

    /** Bytes of device state moved in this migration; null without devices. Any thread. */
    @Nullable Long transferred() {
        return functions.isEmpty()
                ? null
                : migrating.stream().mapToLong(VfioStateHandlers::transferred).sum();
    }

    /** A device that refuses this will refuse in earnest; until then it is as good as any. */
    private static void measureRollback(VfioRunState device) {
        try {
            device.measureRollback();
        } catch (VfioException e) {
            LOG.log(Level.WARNING, "The device does not stop and run again.", e);
            device.reset();
        }
    }

    /** The guest is not to go on: nothing waits for a device any more. Any thread. */
    void abandon() {
        functions.values().forEach(VfioPciFunction::abandon);
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
