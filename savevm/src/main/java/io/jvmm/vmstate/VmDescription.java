package io.jvmm.vmstate;

import java.nio.charset.StandardCharsets;

/**
 * Builds the JSON text that ends a migration stream and says what its device sections contain.
 *
 * <pre>{@code
 * {"page_size": 4096, "devices": [
 *   {"name": …, "instance_id": …, "vmsd_name": …, "version": …, "fields": [
 *     {"name": …, "type": …, "size": …}, …], "subsections": […]}, …]}
 * }</pre>
 *
 * <p>A program that reads such a file from its end looks for the last zero byte and takes the first
 * brace behind it as the start of this text. So none of the four bytes of the text's length, which
 * stand before it, may be a brace, and one of them must be zero: {@link #toBytes} appends blanks
 * until that holds.
 *
 * <p>One thread. Allocates freely: build it before the switchover.
 */
public final class VmDescription {
    /** The longest text that keeps one byte of the length zero. */
    private static final int LONGEST = 0xFF_FFFF;

    private final JsonText json = new JsonText();

    /**
     * Starts a text without devices.
     *
     * @param pageSize bytes of a page of guest RAM
     */
    public VmDescription(int pageSize) {
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
     * @return ASCII bytes, padded with blanks behind the closing brace
     */
    public byte[] toBytes() {
        json.endArray().endObject();
        StringBuilder text = new StringBuilder(json.toString());
        while (hasBrace(text.length())) {
            text.append(' ');
        }
        if (text.length() > LONGEST) {
            throw new IllegalStateException(
                    "The VM description is too long: bytes=%d limit=%d"
                            .formatted(text.length(), LONGEST));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean hasBrace(int length) {
        for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
            if ((length >>> shift & 0xFF) == '{') {
                return true;
            }
        }
        return false;
    }
}
