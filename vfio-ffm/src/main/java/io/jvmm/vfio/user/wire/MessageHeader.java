package io.jvmm.vfio.user.wire;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * The header of every message.
 *
 * <pre>
 *   0  u16 id        chosen by the sender, echoed in the reply
 *   2  u16 command   the same in the reply
 *   4  u32 size      of the whole message, this header included
 *   8  u32 flags     bits 0-3: 0 command, 1 reply; bit 4: no reply wanted; bit 5: error
 *  12  u32 error     errno of an error reply, else 0
 * </pre>
 *
 * @param segment the 16 bytes
 */
public record MessageHeader(MemorySegment segment) {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_SHORT.withName("id"),
                            JAVA_SHORT.withName("command"),
                            JAVA_INT.withName("size"),
                            JAVA_INT.withName("flags"),
                            JAVA_INT.withName("error"))
                    .withName("vfio_user_header");

    /** Bytes of a header. */
    public static final int SIZE = 16;

    private static final long ID = Structs.offset(LAYOUT, "id");
    private static final long COMMAND = Structs.offset(LAYOUT, "command");
    private static final long MESSAGE_SIZE = Structs.offset(LAYOUT, "size");
    private static final long FLAGS = Structs.offset(LAYOUT, "flags");
    private static final long ERROR = Structs.offset(LAYOUT, "error");

    private static final int TYPE_MASK = 0xf;
    private static final int TYPE_COMMAND = 0;
    private static final int TYPE_REPLY = 1;
    private static final int NO_REPLY = 0x10;
    private static final int IS_ERROR = 0x20;

    /** Checks the memory's size. */
    public MessageHeader {
        Structs.check(segment, LAYOUT);
    }

    /** {@return the sender's number for the exchange, 0 to 65535} */
    public int id() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, ID));
    }

    /** {@return the command's code, perhaps of no command} */
    public int commandCode() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, COMMAND));
    }

    /** {@return bytes of the whole message, as the sender says} */
    public long size() {
        return Integer.toUnsignedLong(segment.get(JAVA_INT, MESSAGE_SIZE));
    }

    /** {@return whether this is a reply and not a command} */
    public boolean isReply() {
        return type() == TYPE_REPLY;
    }

    /** {@return whether the sender of this command wants no reply} */
    public boolean wantsNoReply() {
        return (segment.get(JAVA_INT, FLAGS) & NO_REPLY) != 0;
    }

    /** {@return whether this reply says that the command failed} */
    public boolean isError() {
        return (segment.get(JAVA_INT, FLAGS) & IS_ERROR) != 0;
    }

    /**
     * Why the command failed.
     *
     * @return the error
     * @throws VfioException if the number is none
     */
    public Errno error() {
        int code = segment.get(JAVA_INT, ERROR);
        try {
            return Errno.fromCode(code);
        } catch (IllegalArgumentException e) {
            throw new VfioException("An error reply has no error number: error=" + code, e);
        }
    }

    /**
     * Checks what every message must fulfil.
     *
     * @param maximumPayload most bytes that may follow
     * @throws VfioException if the type is unknown or the size cannot be
     */
    void check(long maximumPayload) {
        if (type() != TYPE_COMMAND && type() != TYPE_REPLY) {
            throw new VfioException("A message is neither command nor reply: type=" + type());
        }
        if (size() < SIZE || size() - SIZE > maximumPayload) {
            throw new VfioException(
                    "A message has a size that cannot be: command=%d size=%d limit=%d"
                            .formatted(commandCode(), size(), SIZE + maximumPayload));
        }
    }

    private int type() {
        return segment.get(JAVA_INT, FLAGS) & TYPE_MASK;
    }

    /** Fills the header of a command; the size comes later. */
    void setCommand(int id, int command) {
        set(id, command, TYPE_COMMAND, 0);
    }

    /** Fills the header of the reply to a command. */
    void setReply(MessageHeader request) {
        set(request.id(), request.commandCode(), TYPE_REPLY, 0);
    }

    /** Fills the header of the reply to a command that failed. */
    void setError(MessageHeader request, Errno errno) {
        set(request.id(), request.commandCode(), TYPE_REPLY | IS_ERROR, errno.code());
    }

    void setSize(long size) {
        segment.set(JAVA_INT, MESSAGE_SIZE, Math.toIntExact(size));
    }

    private void set(int id, int command, int flags, int error) {
        segment.set(JAVA_SHORT, ID, (short) id);
        segment.set(JAVA_SHORT, COMMAND, (short) command);
        segment.set(JAVA_INT, MESSAGE_SIZE, SIZE);
        segment.set(JAVA_INT, FLAGS, flags);
        segment.set(JAVA_INT, ERROR, error);
    }
}
