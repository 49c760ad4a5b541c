package io.jvmm.vfio.user;

import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.GET;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.MIGRATION;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.MIG_DATA_SIZE;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.MIG_DEVICE_STATE;
import static io.jvmm.vfio.user.wire.MigrationMessages.Feature.SET;

import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.VfioMigration;
import io.jvmm.vfio.user.wire.Capabilities;
import io.jvmm.vfio.user.wire.Command;
import io.jvmm.vfio.user.wire.MigrationMessages.Feature;
import io.jvmm.vfio.user.wire.MigrationMessages.Flags;
import io.jvmm.vfio.user.wire.MigrationMessages.MigrationData;
import io.jvmm.vfio.user.wire.MigrationMessages.State;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/** Migration of a device behind a socket. */
final class UserMigration implements VfioMigration {
    /** Room for what stands before the data of a write. */
    private static final int FIXED = 64;

    private final ClientConnection connection;
    private final MigrationSupport support;
    private final long maximumRead;
    private final long maximumWrite;
    private final Feature feature;
    private final State request;
    private final State reply;
    private final MigrationData data;

    private UserMigration(ClientConnection connection, int serverTransfer, long flags) {
        this.connection = connection;
        support = new MigrationSupport((flags & Flags.P2P) != 0, (flags & Flags.PRE_COPY) != 0);
        maximumRead = Math.min(serverTransfer, Capabilities.DEFAULT_TRANSFER);
        maximumWrite =
                Math.min(
                        Math.min(serverTransfer, Capabilities.DEFAULT_TRANSFER),
                        connection.maximumCommand() - FIXED);
        feature = new Feature(connection.request());
        request = new State(connection.request());
        reply = new State(connection.reply());
        data = new MigrationData(connection.request());
    }

    /**
     * Asks the device whether it can migrate.
     *
     * @param serverTransfer bytes per transfer that the server takes
     */
    static Optional<VfioMigration> of(ClientConnection connection, int serverTransfer) {
        OptionalLong flags = number(connection, MIGRATION);
        return flags.isPresent() && (flags.getAsLong() & Flags.STOP_COPY) != 0
                ? Optional.of(new UserMigration(connection, serverTransfer, flags.getAsLong()))
                : Optional.empty();
    }

    /** A feature that is one number; empty if the device does not have it. */
    private static OptionalLong number(ClientConnection connection, int feature) {
        synchronized (connection) {
            new Feature(connection.request()).set(Flags.SIZE, feature, GET);
            new Flags(connection.request()).set(0);
            try {
                connection.call(Command.DEVICE_FEATURE, Feature.SIZE, Flags.SIZE);
            } catch (SyscallException _) {
                return OptionalLong.empty(); // servers do not agree on the errno
            }
            return OptionalLong.of(new Flags(connection.reply()).value());
        }
    }

    @Override
    public MigrationSupport support() {
        return support;
    }

    @Override
    public DeviceMigrationState state() {
        synchronized (connection) {
            feature.set(State.SIZE, MIG_DEVICE_STATE, GET);
            connection.call(Command.DEVICE_FEATURE, Feature.SIZE, State.SIZE);
            return DeviceMigrationState.fromCode(reply.state());
        }
    }

    @Override
    public void enter(DeviceMigrationState to) {
        synchronized (connection) {
            feature.set(State.SIZE, MIG_DEVICE_STATE, SET);
            request.set(to.code());
            connection.call(Command.DEVICE_FEATURE, State.SIZE, State.SIZE);
            if (reply.state() != to.code()) {
                throw connection.violation(
                        "A device entered another state than it was told: state=%d wanted=%s"
                                .formatted(reply.state(), to));
            }
        }
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        synchronized (connection) {
            long wanted = Math.min(length, maximumRead);
            data.set((int) wanted);
            return connection.callForData(MigrationData.SIZE, into, offset, wanted);
        }
    }

    @Override
    public void write(MemorySegment from, long offset, long length) {
        long done = 0;
        while (done < length) {
            synchronized (connection) {
                long piece = Math.min(length - done, maximumWrite);
                data.set((int) piece);
                connection.callWithData(
                        Command.MIG_DATA_WRITE, MigrationData.SIZE, from, offset + done, piece);
                done += piece;
            }
        }
    }

    /** vfio-user has no command for it. */
    @Override
    public Optional<PrecopyInfo> precopyInfo() {
        return Optional.empty();
    }

    @Override
    public OptionalLong stopCopySize() {
        OptionalLong size = number(connection, MIG_DATA_SIZE);
        return size.isPresent() && size.getAsLong() < 0 ? OptionalLong.empty() : size;
    }
}
