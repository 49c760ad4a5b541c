package io.jvmm.savevm;

import io.jvmm.vmstate.VmStateDescription;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a VM consists of, in the order in which it is sent. Filled while the machine is built, then
 * only read.
 */
public final class SaveVmRegistry {
    private final List<IterableSection> iterables = new ArrayList<>();
    private final List<DeviceSection<?>> devices = new ArrayList<>();

    /** Makes an empty registry. */
    public SaveVmRegistry() {}

    /**
     * Adds state that is sent in pieces.
     *
     * @param handlers sends and receives it
     * @throws IllegalArgumentException if name and instance are taken
     */
    public void register(SaveVmHandlers handlers) {
        checkFree(handlers.name(), handlers.instanceId());
        iterables.add(new IterableSection(nextId(), handlers));
    }

    /**
     * Adds a device that is sent as a whole.
     *
     * @param instanceId which of several equal devices, such as the number of the vCPU
     * @param description what its state looks like; its name is the section's name
     * @param state saved from and loaded into, always the same object
     * @param <T> the object that holds the state
     * @throws IllegalArgumentException if name and instance are taken
     */
    public <T> void register(int instanceId, VmStateDescription<T> description, T state) {
        checkFree(description.name(), instanceId);
        devices.add(new DeviceSection<>(nextId(), instanceId, description, state));
    }

    /**
     * Whether the source should wait with the stop, for any of the registered.
     *
     * @return true while one says so
     */
    public boolean switchoverAckNeeded() {
        for (int i = 0; i < iterables.size(); i++) {
            if (iterables.get(i).handlers().switchoverAckNeeded()) {
                return true;
            }
        }
        return false;
    }

    /** Tells everything that is saved in pieces that the attempt is over. Any thread. */
    public void saveAbandoned() {
        for (int i = 0; i < iterables.size(); i++) {
            iterables.get(i).handlers().saveAbandoned();
        }
    }

    /** Tells everything that is loaded in pieces that the attempt is over. Any thread. */
    public void loadAbandoned() {
        for (int i = 0; i < iterables.size(); i++) {
            iterables.get(i).handlers().loadAbandoned();
        }
    }

    List<IterableSection> iterables() {
        return Collections.unmodifiableList(iterables);
    }

    List<DeviceSection<?>> devices() {
        return Collections.unmodifiableList(devices);
    }

    /** Never 0: to a QEMU destination that is the id of every section it has not met yet. */
    private int nextId() {
        return iterables.size() + devices.size() + 1;
    }

    private void checkFree(String name, int instanceId) {
        if (iterables.stream().anyMatch(each -> each.isNamed(name, instanceId))
                || devices.stream().anyMatch(each -> each.isNamed(name, instanceId))) {
            throw new IllegalArgumentException(
                    "The section is registered already: section=%s instance=%d"
                            .formatted(name, instanceId));
        }
    }
}
