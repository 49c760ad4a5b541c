package io.jvmm.vfio.user.wire;

import io.jvmm.vfio.VfioException;
import org.jspecify.annotations.Nullable;

/** What a message asks for; a reply bears the same code. */
public enum Command {
    /** Agrees on the version and the capabilities; the first command. */
    VERSION(1),
    /** Gives the server memory to reach. */
    DMA_MAP(2),
    /** Takes it back. */
    DMA_UNMAP(3),
    /** What the device is. */
    DEVICE_GET_INFO(4),
    /** One region. */
    DEVICE_GET_REGION_INFO(5),
    /** Descriptors that stand for accesses to a region. */
    DEVICE_GET_REGION_IO_FDS(6),
    /** One interrupt index. */
    DEVICE_GET_IRQ_INFO(7),
    /** Connects, masks or fires interrupts. */
    DEVICE_SET_IRQS(8),
    /** Reads from a region. */
    REGION_READ(9),
    /** Writes to a region. */
    REGION_WRITE(10),
    /** The server reads memory of the client. */
    DMA_READ(11),
    /** The server writes memory of the client. */
    DMA_WRITE(12),
    /** Resets the device. */
    DEVICE_RESET(13),
    /** Several region writes at once. */
    REGION_WRITE_MULTI(15),
    /** The optional parts, migration among them. */
    DEVICE_FEATURE(16),
    /** Reads the device's state. */
    MIG_DATA_READ(17),
    /** Writes the device's state. */
    MIG_DATA_WRITE(18);

    private static final @Nullable Command[] BY_CODE = byCode();

    private final int code;
    private final String wireName;

    Command(int code) {
        this.code = code;
        wireName = "VFIO_USER_" + name();
    }

    private static @Nullable Command[] byCode() {
        @Nullable Command[] table = new @Nullable Command[MIG_DATA_WRITE.code + 1];
        for (Command command : values()) {
            table[command.code] = command;
        }
        return table;
    }

    /**
     * The command with this code.
     *
     * @param code from a header
     * @return the command
     * @throws VfioException if there is none
     */
    public static Command fromCode(int code) {
        Command command = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        if (command == null) {
            throw new VfioException("No such vfio-user command: code=" + code);
        }
        return command;
    }

    /** {@return the code on the wire} */
    public int code() {
        return code;
    }

    /** {@return the name in the specification, for messages} */
    public String wireName() {
        return wireName;
    }
}
