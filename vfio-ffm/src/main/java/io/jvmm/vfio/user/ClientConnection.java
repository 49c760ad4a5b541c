package io.jvmm.vfio.user;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.linux.PollSet;
import io.jvmm.linux.PollSet.Interest;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.MessageHeader;
import io.jvmm.vfio.user.wire.MessageReader;
import io.jvmm.vfio.user.wire.MessageWriter;
import io.jvmm.vfio.user.wire.MigrationMessages.MigrationData;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of the socket: one command at a time, each with its reply.
 *
 * <p>The callers hold this object's monitor from filling {@link #request} until they have read the
 * reply; {@link #shutdown} needs no monitor. An error reply is a {@link SyscallException} and the
 * connection goes on. Anything else that is wrong breaks it for good: the stream may be out of
 * step. A command without descriptors allocates nothing.
 */
final class ClientConnection implements AutoCloseable {
    /** Room for the largest reply that is not data: a bitmap, or the capabilities of a region. */
    static final int REPLY_CAPACITY = (64 << 10) + 64;

    private static final int REQUEST_CAPACITY = 4096;
    private static final int LIMIT = Capabilities.DEFAULT_TRANSFER + 64;

    /** Taken whole by the send buffer that every socket has. */
    private static final int USUAL_COMMAND = 128 << 10;

    private final String device;
    private final DescriptorSocket socket;
    private final MessageWriter writer;
    private final MessageReader reader;
    private final MigrationData data;
    private final DmaResponder crossing;
    private final long answerMillis;
    private final int maximumCommand;
    private int lastId;
    private volatile @Nullable String broken;

    /**
     * A connection on which nothing has been said.
     *
     * @param answerMillis how long to wait for the first answer
     */
    ClientConnection(String device, DescriptorSocket socket, DmaTable memory, long answerMillis) {
        this.device = device;
        this.answerMillis = answerMillis;
        this.socket = socket;
        maximumCommand = Math.max(USUAL_COMMAND, socket.holdMessages(LIMIT));
        writer = new MessageWriter(socket, Arena.ofAuto(), REQUEST_CAPACITY);
        reader = new MessageReader(socket, Arena.ofAuto(), REPLY_CAPACITY, LIMIT);
        data = new MigrationData(reader.payload());
        crossing = new DmaResponder(reader, socket, memory);
    }

    /** What people call the device. */
    String device() {
        return device;
    }

    /**
     * How long a command may be. libvfio-user, whatever it advertises, loses one that it does not
     * find whole: its receive does not wait.
     */
    int maximumCommand() {
        return maximumCommand;
    }

    /** The memory of a command's payload, to lay views over. */
    MemorySegment request() {
        return writer.payload();
    }

    /** The memory of a reply's payload, to lay views over. */
    MemorySegment reply() {
        return reader.payload();
    }

    /** Sends a command and waits for its reply, whose payload has a known length. */
    void call(Command command, long length, long replyLength) {
        call(command, length, replyLength, replyLength);
    }

    /**
     * Sends a command and waits for its reply.
     *
     * @return the length of the reply's payload
     */
    long call(Command command, long length, long minimumReply, long maximumReply) {
        return call(command, length, List.of(), minimumReply, maximumReply);
    }

    long call(
            Command command,
            long length,
            List<Fd> descriptors,
            long minimumReply,
            long maximumReply) {
        begin(command);
        Errno refusal;
        try {
            writer.send(length, descriptors);
            refusal = awaitReply(command);
            if (refusal == null) {
                requireLength(minimumReply, maximumReply);
                reader.receiveAll();
            }
        } catch (SyscallException | VfioException e) {
            throw broken(e);
        }
        requireAccepted(command, refusal);
        return reader.received();
    }

    /** Sends a command with data that are not copied; the reply has a known length. */
    void callWithData(
            Command command, long length, MemorySegment from, long offset, long dataLength) {
        begin(command);
        Errno refusal;
        try {
            writer.send(length, from, offset, dataLength);
            refusal = awaitReply(command);
            if (refusal == null) {
                requireLength(0, 0);
            }
        } catch (SyscallException | VfioException e) {
            throw broken(e);
        }
        requireAccepted(command, refusal);
    }

    /**
     * Asks for state, and receives it where it shall go.
     *
     * @param length of the command's payload
     * @return bytes of state, at most those asked for
     */
    long callForData(long length, MemorySegment into, long offset, long wanted) {
        begin(Command.MIG_DATA_READ);
        Errno refusal;
        try {
            writer.send(length);
            refusal = awaitReply(Command.MIG_DATA_READ);
            if (refusal == null) {
                receiveData(into, offset, wanted);
            }
        } catch (SyscallException | VfioException e) {
            throw broken(e);
        }
        requireAccepted(Command.MIG_DATA_READ, refusal);
        return data.size();
    }

    /** The reply may be as long as was asked for, while only a part of it is state. */
    private void receiveData(MemorySegment into, long offset, long wanted) {
        requireLength(MigrationData.SIZE, MigrationData.SIZE + wanted);
        reader.receive(MigrationData.SIZE);
        long came = reader.remaining();
        if (data.size() > came) {
            throw new VfioException(
                    "A reply says that it has more state than it has: size=%d bytes=%d wanted=%d"
                            .formatted(data.size(), came, wanted));
        }
        reader.receiveInto(into, offset, came);
    }

    private void begin(Command command) {
        String reason = broken;
        if (reason != null) {
            throw new VfioException(reason);
        }
        lastId = (lastId + 1) & 0xffff;
        writer.command(lastId, command);
    }

    /** Waits for the header of the reply; null, or why the server refuses. */
    private @Nullable Errno awaitReply(Command command) {
        MessageHeader header = reader.header();
        if (command == Command.VERSION) {
            requireAnswer();
        }
        do {
            if (!reader.next()) {
                throw new VfioException("The server has closed the connection");
            }
        } while (isCrossing(header));
        if (header.id() != lastId || header.commandCode() != command.code()) {
            throw new VfioException(
                    "A reply answers something else: id=%d expected=%d command=%d expected=%d"
                            .formatted(header.id(), lastId, header.commandCode(), command.code()));
        }
        if (!header.isError()) {
            return null;
        }
        requireLength(0, 0);
        return header.error();
    }

    /** A server that has another client takes the connection and says nothing. */
    private void requireAnswer() {
        if (new PollSet(Interest.reading(socket.fd())).poll(answerMillis) == 0) {
            throw new VfioException(
                    "The server does not answer; it may have another client: millis="
                            + answerMillis);
        }
    }

    /** A server without a twin socket sends its own commands here. */
    private boolean isCrossing(MessageHeader header) {
        if (header.isReply()) {
            return false;
        }
        crossing.answer();
        return true;
    }

    private void requireLength(long minimum, long maximum) {
        if (reader.remaining() < minimum || reader.remaining() > maximum) {
            throw new VfioException(
                    "A reply has the wrong length: command=%d payload=%d expected=%d to %d"
                            .formatted(
                                    reader.header().commandCode(),
                                    reader.remaining(),
                                    minimum,
                                    maximum));
        }
    }

    private void requireAccepted(Command command, @Nullable Errno refusal) {
        if (refusal != null) {
            throw new SyscallException(command.wireName(), refusal, "device=" + device);
        }
    }

    /** How many descriptors came with the reply. */
    int descriptorCount() {
        return reader.descriptorCount();
    }

    /** Takes a descriptor of the reply over. */
    Fd takeDescriptor(int index) {
        return reader.takeDescriptor(index);
    }

    /** Requires the reply to have brought so many descriptors. */
    void requireDescriptors(int count, String what) {
        if (reader.descriptorCount() != count) {
            throw violation(
                    "A reply has the wrong number of descriptors: %s descriptors=%d expected=%d"
                            .formatted(what, reader.descriptorCount(), count));
        }
    }

    /** Ends the connection because of a reply that the rules do not allow. */
    VfioException violation(String message) {
        return broken(new VfioException(message));
    }

    private VfioException broken(RuntimeException cause) {
        String reason = "The vfio-user connection is broken: device=" + device;
        if (broken == null) {
            broken = reason + " cause=" + cause.getMessage();
        }
        reader.close();
        shutdown();
        return new VfioException(reason, cause);
    }

    /** Ends a command in progress, and all later ones. Any thread may call this. */
    void shutdown() {
        if (broken == null) {
            broken = "The vfio-user connection has been closed: device=" + device;
        }
        socket.shutdown();
    }

    /** Waits for a command in progress: shut it down before. */
    @Override
    public synchronized void close() {
        reader.close();
        socket.close();
    }
}
