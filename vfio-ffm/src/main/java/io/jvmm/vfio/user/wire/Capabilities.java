package io.jvmm.vfio.user.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jvmm.vfio.VfioException;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What a side can do: the JSON object behind the version. Every member is optional; what we do not
 * know is not looked at.
 *
 * <pre>{@code
 * {"capabilities":{
 *    "max_msg_fds":1,                  descriptors per message
 *    "max_data_xfer_size":1048576,     bytes per region, DMA or migration transfer
 *    "max_dma_maps":65535,
 *    "pgsizes":4096,
 *    "twin_socket":{"supported":false, "fd_index":0},    the index in a reply only
 *    "migration":{"pgsize":4096}}}                       not in the specification; sent by all
 * }</pre>
 *
 * @param maximumDescriptors descriptors per message that this side takes
 * @param maximumTransfer bytes per transfer that this side takes
 * @param maximumDmaMaps mapped regions that this side takes
 * @param pageSize the smallest page size
 * @param twinSocket whether a second socket carries the server's commands
 * @param twinIndex which descriptor of the reply it is
 */
public record Capabilities(
        int maximumDescriptors,
        int maximumTransfer,
        int maximumDmaMaps,
        long pageSize,
        boolean twinSocket,
        OptionalInt twinIndex) {
    /** Most bytes that we move per transfer, and what holds where a side says nothing. */
    public static final int DEFAULT_TRANSFER = 1 << 20;

    private static final int MINIMUM_TRANSFER = 4096;
    private static final int DEFAULT_DESCRIPTORS = 1;
    private static final int OUR_DESCRIPTORS = 8;
    private static final int DEFAULT_DMA_MAPS = 65535;
    private static final long DEFAULT_PAGE_SIZE = 4096;

    /**
     * Checks the numbers.
     *
     * @throws VfioException if one cannot be
     */
    public Capabilities {
        require("max_msg_fds", maximumDescriptors, 0);
        require("max_data_xfer_size", maximumTransfer, MINIMUM_TRANSFER);
        require("max_dma_maps", maximumDmaMaps, 1);
        require("pgsizes", pageSize, 1);
    }

    /**
     * What we say.
     *
     * @param twinSocket whether to ask for, or to grant, a second socket
     * @param twinIndex in a reply that grants it: which descriptor it is
     * @return our capabilities
     */
    public static Capabilities ours(boolean twinSocket, OptionalInt twinIndex) {
        return new Capabilities(
                OUR_DESCRIPTORS,
                DEFAULT_TRANSFER,
                DEFAULT_DMA_MAPS,
                DEFAULT_PAGE_SIZE,
                twinSocket,
                twinIndex);
    }

    /**
     * Reads what the other side says.
     *
     * @param payload of a VERSION message
     * @param length its length; the text ends with a NUL there, or is missing
     * @return the capabilities, with the specification's values where it says nothing
     * @throws VfioException if the text is not what it should be
     */
    public static Capabilities decode(MemorySegment payload, long length) {
        int textLength = Math.toIntExact(length - DeviceMessages.Version.SIZE);
        if (textLength == 0) {
            return of(Map.of());
        }
        byte[] text = new byte[textLength];
        MemorySegment.copy(payload, JAVA_BYTE, DeviceMessages.Version.SIZE, text, 0, text.length);
        if (text[textLength - 1] != 0) {
            throw new VfioException("The capabilities do not end with a NUL: length=" + textLength);
        }
        return of(Json.object(new String(text, 0, textLength - 1, StandardCharsets.UTF_8)));
    }

    private static Capabilities of(Map<?, ?> root) {
        Map<?, ?> all = object(root, "capabilities");
        Map<?, ?> twin = object(all, "twin_socket");
        boolean supported = Boolean.TRUE.equals(twin.get("supported"));
        return new Capabilities(
                number(all, "max_msg_fds", DEFAULT_DESCRIPTORS),
                number(all, "max_data_xfer_size", DEFAULT_TRANSFER),
                number(all, "max_dma_maps", DEFAULT_DMA_MAPS),
                number(all, "pgsizes", (int) DEFAULT_PAGE_SIZE),
                supported,
                supported && twin.containsKey("fd_index")
                        ? OptionalInt.of(number(twin, "fd_index", 0))
                        : OptionalInt.empty());
    }

    private static Map<?, ?> object(Map<?, ?> parent, String name) {
        Object value = parent.get(name);
        if (value == null) {
            return Map.of();
        }
        if (value instanceof Map<?, ?> object) {
            return object;
        }
        throw new VfioException("A capability should be an object: name=" + name);
    }

    private static int number(Map<?, ?> parent, String name, int initial) {
        Object value = parent.get(name);
        if (value == null) {
            return initial;
        }
        if (value instanceof Long number && number >= 0) {
            return (int) Math.min(number, Integer.MAX_VALUE);
        }
        throw new VfioException("A capability should be a number: name=" + name);
    }

    private static void require(String name, long value, long minimum) {
        if (value < minimum) {
            throw new VfioException(
                    "A capability is too small: %s=%d minimum=%d".formatted(name, value, minimum));
        }
    }

    /**
     * Writes the text behind the version.
     *
     * @param payload of a VERSION message
     * @return length of the payload, the text's NUL included
     */
    public long encode(MemorySegment payload) {
        byte[] text = toJson().getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(text, 0, payload, JAVA_BYTE, DeviceMessages.Version.SIZE, text.length);
        int end = DeviceMessages.Version.SIZE + text.length;
        payload.set(JAVA_BYTE, end, (byte) 0);
        return end + 1L;
    }

    private String toJson() {
        String index = twinIndex.isPresent() ? ",\"fd_index\":" + twinIndex.getAsInt() : "";
        String twin = twinSocket ? ",\"twin_socket\":{\"supported\":true" + index + "}" : "";
        return ("{\"capabilities\":{\"max_msg_fds\":%d,\"max_data_xfer_size\":%d,"
                        + "\"max_dma_maps\":%d,\"pgsizes\":%d,\"migration\":{\"pgsize\":%d}%s}}")
                .formatted(
                        maximumDescriptors,
                        maximumTransfer,
                        maximumDmaMaps,
                        pageSize,
                        pageSize,
                        twin);
    }
}
