package io.jvmm.vfio.user.wire;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.linux.IoVec;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.util.List;

/**
 * Sends one message at a time: choose its kind, fill {@link #payload}, send. Header, payload and
 * data go in one {@code sendmsg}, with the descriptors on the header's first byte: peers read them
 * nowhere else, and some read the body with one receive.
 */
public final class MessageWriter {
    private static final int PIECES = 2;

    private final DescriptorSocket socket;
    private final MemorySegment buffer;
    private final MessageHeader header;
    private final MemorySegment payload;
    private final IoVec pieces = new IoVec(PIECES);

    /**
     * A writer.
     *
     * @param socket where messages go
     * @param allocator where its memory comes from
     * @param capacity most bytes of a payload, data excluded
     */
    public MessageWriter(DescriptorSocket socket, SegmentAllocator allocator, long capacity) {
        this.socket = socket;
        buffer = allocator.allocate(MessageHeader.SIZE + capacity, Long.BYTES);
        header = new MessageHeader(buffer.asSlice(0, MessageHeader.SIZE));
        payload = buffer.asSlice(MessageHeader.SIZE);
    }

    /** {@return the memory of the payload, to lay views over} */
    public MemorySegment payload() {
        return payload;
    }

    /**
     * The next message is a command.
     *
     * @param id number of the exchange; the low 16 bits count
     * @param command what to ask for
     */
    public void command(int id, Command command) {
        header.setCommand(id, command.code());
    }

    /**
     * The next message answers a command.
     *
     * @param request the command's header
     */
    public void reply(MessageHeader request) {
        header.setReply(request);
    }

    /**
     * The next message, to be sent without a payload, says that a command failed.
     *
     * @param request the command's header
     * @param errno why
     */
    public void error(MessageHeader request, Errno errno) {
        header.setError(request, errno);
    }

    /**
     * Sends the message.
     *
     * @param length bytes of the payload
     */
    public void send(long length) {
        send(length, List.of());
    }

    /**
     * Sends the message with descriptors.
     *
     * @param length bytes of the payload
     * @param descriptors stay open here
     */
    public void send(long length, List<Fd> descriptors) {
        prepare(length, 0);
        socket.send(pieces, descriptors);
    }

    /**
     * Sends the message with data behind its payload; the data are not copied.
     *
     * @param length bytes of the payload before the data
     * @param data native memory
     * @param offset first byte of the data in it
     * @param dataLength bytes of the data
     */
    public void send(long length, MemorySegment data, long offset, long dataLength) {
        prepare(length, dataLength);
        pieces.add(data, offset, dataLength);
        socket.send(pieces, List.of());
    }

    private void prepare(long length, long dataLength) {
        header.setSize(MessageHeader.SIZE + length + dataLength);
        pieces.clear();
        pieces.add(buffer, 0, MessageHeader.SIZE + length);
    }
}
