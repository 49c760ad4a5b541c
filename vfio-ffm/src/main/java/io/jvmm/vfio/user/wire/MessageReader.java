package io.jvmm.vfio.user.wire;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.Fd;
import io.jvmm.linux.ReceivedDescriptors;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;

/**
 * Receives one message at a time: its header, then its payload in one or more parts. Descriptors
 * that nobody takes are closed with the next message.
 */
public final class MessageReader implements AutoCloseable {
    private final DescriptorSocket socket;
    private final long limit;
    private final MemorySegment buffer;
    private final MessageHeader header;
    private final MemorySegment payload;
    private final ReceivedDescriptors descriptors = new ReceivedDescriptors();
    private long received;
    private long remaining;

    /**
     * A reader.
     *
     * @param socket where messages come from
     * @param allocator where its memory comes from
     * @param capacity bytes of the payload's own memory
     * @param limit most bytes of a payload; the sender of a longer one is wrong
     */
    public MessageReader(
            DescriptorSocket socket, SegmentAllocator allocator, long capacity, long limit) {
        this.socket = socket;
        this.limit = limit;
        buffer = allocator.allocate(MessageHeader.SIZE + capacity, Long.BYTES);
        header = new MessageHeader(buffer.asSlice(0, MessageHeader.SIZE));
        payload = buffer.asSlice(MessageHeader.SIZE);
    }

    /**
     * Waits for the next message and receives its header.
     *
     * @return false if the peer has closed the connection between two messages
     * @throws VfioException if the header makes no sense or is cut short
     */
    public boolean next() {
        descriptors.close();
        received = 0;
        remaining = 0;
        long length = socket.receive(buffer, 0, MessageHeader.SIZE, descriptors);
        if (length == 0) {
            return false;
        }
        if (length < MessageHeader.SIZE) {
            throw new VfioException("A message ends inside its header: bytes=" + length);
        }
        header.check(limit);
        remaining = header.size() - MessageHeader.SIZE;
        return true;
    }

    /** {@return the header of the message} */
    public MessageHeader header() {
        return header;
    }

    /** {@return bytes of the payload that have not been received} */
    public long remaining() {
        return remaining;
    }

    /** {@return the memory of the payload, to lay views over; as much of it is valid as came} */
    public MemorySegment payload() {
        return payload;
    }

    /** {@return bytes of the payload that have been received into {@link #payload}} */
    public long received() {
        return received;
    }

    /**
     * Receives the rest of the payload into its own memory.
     *
     * @throws VfioException if it is longer than that
     */
    public void receiveAll() {
        receive(remaining);
    }

    /**
     * Receives a part of the payload into its own memory, behind what came before.
     *
     * @param length bytes
     * @throws VfioException if there are not so many, or they do not fit
     */
    public void receive(long length) {
        if (length > payload.byteSize() - received) {
            throw new VfioException(
                    "A message is too long: command=%d size=%d"
                            .formatted(header.commandCode(), header.size()));
        }
        receiveInto(buffer, MessageHeader.SIZE + received, length);
        received += length;
    }

    /**
     * Receives a part of the payload into somebody's memory.
     *
     * @param into native memory
     * @param offset first byte in it
     * @param length bytes
     * @throws VfioException if there are not so many
     */
    public void receiveInto(MemorySegment into, long offset, long length) {
        requireRemaining(length);
        if (length > 0 && socket.receive(into, offset, length, descriptors) < length) {
            throw new VfioException(
                    "A message ends inside its payload: command=%d size=%d"
                            .formatted(header.commandCode(), header.size()));
        }
        remaining -= length;
    }

    /**
     * Throws the rest of the payload away, whatever its length.
     *
     * @throws VfioException if it does not come
     */
    public void skip() {
        while (remaining > 0) {
            receiveInto(payload, 0, Math.min(remaining, payload.byteSize()));
        }
        received = 0;
    }

    private void requireRemaining(long length) {
        if (length > remaining) {
            throw new VfioException(
                    "A message is too short: command=%d size=%d missing=%d"
                            .formatted(header.commandCode(), header.size(), length - remaining));
        }
    }

    /**
     * Requires the payload to have come up to a length.
     *
     * @param length bytes that will be looked at
     * @throws VfioException if the message is shorter
     */
    public void require(long length) {
        if (length > received) {
            throw new VfioException(
                    "A message is too short: command=%d size=%d missing=%d"
                            .formatted(header.commandCode(), header.size(), length - received));
        }
    }

    /** {@return how many descriptors have come with the message} */
    public int descriptorCount() {
        return descriptors.count();
    }

    /**
     * Takes a descriptor over.
     *
     * @param index its position in the message
     * @return the descriptor, the caller's to close
     */
    public Fd takeDescriptor(int index) {
        return descriptors.take(index);
    }

    /** Closes the descriptors that nobody took; the socket stays open. */
    @Override
    public void close() {
        descriptors.close();
    }
}
