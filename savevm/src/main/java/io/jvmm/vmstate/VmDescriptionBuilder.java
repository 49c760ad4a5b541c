package io.jvmm.vmstate;

import io.jvmm.stream.wire.VmDescription;

/**
 * Builds the JSON text that ends a migration stream and says what its device sections contain.
 *
 * <pre>{@code
 * {"page_size": 4096, "devices": [
 *   {"name": …, "instance_id": …, "vmsd_name": …, "version": …, "fields": [
 *     {"name": …, "type": …, "size": …}, …], "subsections": […]}, …]}
 * }</pre>
 *
 * <p>One thread. Allocates freely: build it before the switchover.
 */
public final class VmDescriptionBuilder {
    private final JsonText json = new JsonText();

    /**
     * Starts a text without devices.
     *
     * @param pageSize bytes of a page of guest RAM
     */
    public VmDescriptionBuilder(int pageSize) {
        json.beginObject().member("page_size", pageSize).name("devices").beginArray();
    }

    /**
     * Adds a device section, in the order of the stream.
     *
     * @param instanceId which of several equal devices
     * @param description what it looks like
     * @param state its state, which decides about subsections
     * @param <T> the object that holds the state
     */
    public <T> void add(int instanceId, VmStateDescription<T> description, T state) {
        json.beginObject().member("name", description.name()).member("instance_id", instanceId);
        description.describe(state, json);
        json.endObject();
    }

    /**
     * Ends the text. Must be called once, after the last device.
     *
     * @return the description, ready to be sent
     */
    public VmDescription build() {
        json.endArray().endObject();
        return VmDescription.of(json.toString());
    }
}
