package io.jvmm.vfio.user;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.DeviceMessages.Version;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What VERSION has agreed on.
 *
 * @param server what the server can do
 * @param twin the socket of its own commands, if it grants one
 */
record Handshake(Capabilities server, @Nullable TwinSocket twin) implements AutoCloseable {
    private static final int MAJOR = 0;
    private static final int MINOR = 2;
    private static final int MAXIMUM_REPLY = 4096;

    static Handshake perform(ClientConnection connection, DmaTable memory) {
        Version request = new Version(connection.request());
        Version reply = new Version(connection.reply());
        request.set(MAJOR, MINOR);
        long length = Capabilities.ours(true, OptionalInt.empty()).encode(connection.request());
        long replyLength = connection.call(Command.VERSION, length, Version.SIZE, MAXIMUM_REPLY);
        if (reply.major() != MAJOR || reply.minor() > MINOR) {
            throw connection.violation(
                    "The server speaks another version: major=%d minor=%d ours=%d.%d"
                            .formatted(reply.major(), reply.minor(), MAJOR, MINOR));
        }
        try {
            Capabilities server = Capabilities.decode(connection.reply(), replyLength);
            return new Handshake(server, twin(connection, server, memory));
        } catch (VfioException | SyscallException e) {
            throw new VfioException(
                    "The server cannot be talked to: device=" + connection.device(), e);
        }
    }

    private static @Nullable TwinSocket twin(
            ClientConnection connection, Capabilities server, DmaTable memory) {
        OptionalInt index = server.twinIndex();
        connection.requireDescriptors(index.isPresent() ? 1 : 0, "twin_socket");
        if (index.isEmpty()) {
            return null;
        }
        if (index.getAsInt() != 0) {
            throw new VfioException("There is no such descriptor: fd_index=" + index.getAsInt());
        }
        return new TwinSocket(
                connection, DescriptorSocket.of(connection.takeDescriptor(0)), memory);
    }

    @Override
    public void close() {
        if (twin != null) {
            twin.close();
        }
    }
}
