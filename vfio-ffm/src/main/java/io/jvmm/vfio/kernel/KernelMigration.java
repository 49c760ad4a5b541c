package io.jvmm.vfio.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Errno;
import io.jvmm.linux.Ioctl;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationArcs;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.SessionAnswer;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import io.jvmm.vfio.kernel.DeviceFeature.Feature;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The migration of a device of the kernel.
 *
 * <p>A data session is a descriptor that the kernel gives when a saving state or RESUMING is
 * entered from elsewhere. Within the saving group no new one comes: the first goes on. It is closed
 * when the group, or RESUMING, has been left.
 *
 * <p>A write error ends the attempt, because drivers count the bytes of a refused write and then
 * load what they have: nothing but {@link #reset} helps from there.
 */
final class KernelMigration implements VfioMigration {
    /** The one request on the descriptor of a data session. */
    static final Ioctl VFIO_MIG_GET_PRECOPY_INFO = Structs.vfio("VFIO_MIG_GET_PRECOPY_INFO", 21);

    static final StructLayout SUPPORT =
            MemoryLayout.structLayout(JAVA_LONG.withName("flags"))
                    .withName("vfio_device_feature_migration");
    static final StructLayout STATE =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("device_state"), JAVA_INT.withName("data_fd"))
                    .withName("vfio_device_feature_mig_state");
    static final StructLayout DATA_SIZE =
            MemoryLayout.structLayout(JAVA_LONG.withName("stop_copy_length"))
                    .withName("vfio_device_feature_mig_data_size");
    static final StructLayout PRECOPY_INFO =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("argsz"),
                            JAVA_INT.withName("flags"),
                            JAVA_LONG.withName("initial_bytes"),
                            JAVA_LONG.withName("dirty_bytes"))
                    .withName("vfio_precopy_info");

    static final long STOP_COPY_FLAG = 1;
    static final long P2P_FLAG = 1 << 1;
    static final long PRE_COPY_FLAG = 1 << 2;
    static final int REINIT_FLAG = 1;

    private static final long DATA_FD = Structs.offset(STATE, "data_fd");
    private static final int NO_FD = -1;

    private final DeviceFile device;
    private final String about;
    private final MigrationSupport support;
    private final Set<DeviceMigrationState> states;
    private final boolean reinitKnown;
    private final DeviceFeature currentState = new DeviceFeature(Feature.MIG_DEVICE_STATE, STATE);
    private final DeviceFeature newState = new DeviceFeature(Feature.MIG_DEVICE_STATE, STATE);
    private final DeviceFeature sizeFeature = new DeviceFeature(Feature.MIG_DATA_SIZE, DATA_SIZE);
    private final MemorySegment precopy = Arena.ofAuto().allocate(PRECOPY_INFO);

    private @Nullable DeviceFile data;
    private DeviceMigrationState entered = DeviceMigrationState.RUNNING;
    private boolean failedWrite;

    private KernelMigration(DeviceFile device, String about, MigrationSupport support) {
        this.device = device;
        this.about = about;
        this.support = support;
        states = MigrationArcs.of(support).states();
        reinitKnown =
                support.preCopy()
                        && new DeviceFeature(Feature.MIG_PRECOPY_INFO_V2, DeviceFeature.NO_DATA)
                                        .set(device)
                                >= 0;
    }

    /** Empty if the device cannot migrate: it does not have the feature, or not its basic part. */
    static Optional<KernelMigration> of(DeviceFile device, String about) {
        DeviceFeature feature = new DeviceFeature(Feature.MIGRATION, SUPPORT);
        long result = feature.get(device);
        if (Failures.is(result, Errno.ENOTTY)) {
            return Optional.empty();
        }
        require(result, feature, about);
        long flags = feature.data().get(JAVA_LONG, 0);
        if ((flags & STOP_COPY_FLAG) == 0) {
            return Optional.empty();
        }
        return Optional.of(
                new KernelMigration(
                        device,
                        about,
                        new MigrationSupport(
                                (flags & P2P_FLAG) != 0, (flags & PRE_COPY_FLAG) != 0)));
    }

    @Override
    public MigrationSupport support() {
        return support;
    }

    @Override
    public DeviceMigrationState state() {
        require(currentState.get(device), currentState, about);
        return DeviceMigrationState.fromCode(currentState.data().get(JAVA_INT, 0));
    }

    @Override
    public void enter(DeviceMigrationState to) {
        if (failedWrite) {
            throw new VfioException(
                    "A device that has refused a part of its state must be reset: %s to=%s"
                            .formatted(about, to));
        }
        if (!states.contains(to)) {
            throw new VfioException(
                    "The device does not have this state: %s to=%s supported=%s"
                            .formatted(about, to, states));
        }
        request(to);
    }

    @Override
    public SessionAnswer request(DeviceMigrationState to) {
        newState.data().set(JAVA_INT, 0, to.code());
        newState.data().set(JAVA_INT, DATA_FD, NO_FD);
        long result = newState.set(device);
        if (result < 0) {
            throw Failures.of(
                    result,
                    VfioDevice.VFIO_DEVICE_FEATURE.name(),
                    about + " " + newState + " to=" + to);
        }
        int dataFd = newState.data().get(JAVA_INT, DATA_FD);
        arrived(to, dataFd);
        return dataFd < 0 ? SessionAnswer.NONE : SessionAnswer.BEGUN;
    }

    private void arrived(DeviceMigrationState to, int dataFd) {
        entered = to;
        boolean session = to.isSaving() || to == DeviceMigrationState.RESUMING;
        if (dataFd >= 0) {
            closeSession();
            data = device.adopt(dataFd);
        }
        if (!session) {
            closeSession();
        } else if (data == null) {
            throw new VfioException(
                    "A device gave no descriptor for its data: %s state=%s".formatted(about, to));
        }
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        if (length < 1) {
            throw new IllegalArgumentException("Nothing to read: length=" + length);
        }
        long result = session(entered.isSaving()).read(into, offset, length);
        if (result > length) {
            throw new VfioException(
                    "A device gave more than was asked for: %s asked=%d given=%d"
                            .formatted(about, length, result));
        }
        if (Failures.is(result, Errno.ENOMSG) && entered != DeviceMigrationState.STOP_COPY) {
            return 0; // in STOP_COPY it would cut the state short, unnoticed
        }
        if (result < 0) {
            throw Failures.of(result, "read", about + " state=" + entered);
        }
        return result;
    }

    @Override
    public void write(MemorySegment from, long offset, long length) {
        DeviceFile session = session(entered == DeviceMigrationState.RESUMING && !failedWrite);
        long done = 0;
        while (done < length) {
            long result = session.write(from, offset + done, length - done);
            if (result <= 0 || result > length - done) {
                failedWrite = true;
                throw writeFailure(result, done, length);
            }
            done += result;
        }
    }

    private RuntimeException writeFailure(long result, long done, long length) {
        if (result < 0) {
            return Failures.of(
                    result, "write", "%s done=%d length=%d".formatted(about, done, length));
        }
        return new VfioException(
                "A device took a wrong number of bytes: %s done=%d length=%d taken=%d"
                        .formatted(about, done, length, result));
    }

    @Override
    public Optional<PrecopyInfo> precopyInfo() {
        if (!support.preCopy()) {
            return Optional.empty();
        }
        DeviceFile session =
                session(entered.isSaving() && entered != DeviceMigrationState.STOP_COPY);
        precopy.fill((byte) 0);
        precopy.set(JAVA_INT, 0, (int) precopy.byteSize());
        long result = session.ioctl(VFIO_MIG_GET_PRECOPY_INFO, precopy);
        if (Failures.is(result, Errno.ENOTTY)) {
            return Optional.empty();
        }
        Failures.check(result, VFIO_MIG_GET_PRECOPY_INFO.name(), about);
        int flags = precopy.get(JAVA_INT, Structs.offset(PRECOPY_INFO, "flags"));
        return Optional.of(
                new PrecopyInfo(
                        precopy.get(JAVA_LONG, Structs.offset(PRECOPY_INFO, "initial_bytes")),
                        precopy.get(JAVA_LONG, Structs.offset(PRECOPY_INFO, "dirty_bytes")),
                        reinitKnown && (flags & REINIT_FLAG) != 0));
    }

    @Override
    public OptionalLong stopCopySize() {
        long result = sizeFeature.get(device);
        if (Failures.is(result, Errno.ENOTTY)) {
            return OptionalLong.empty();
        }
        require(result, sizeFeature, about);
        long size = sizeFeature.data().get(JAVA_LONG, 0);
        if (size < 0) {
            throw new VfioException(
                    "A device has more than 2^63 bytes of state: %s size=%s"
                            .formatted(about, Long.toUnsignedString(size)));
        }
        return OptionalLong.of(size);
    }

    /** The device has been reset: it runs, and all data sessions are gone. */
    void reset() {
        closeSession();
        entered = DeviceMigrationState.RUNNING;
        failedWrite = false;
    }

    /** Gives the data session back, if there is one. */
    void closeSession() {
        DeviceFile session = data;
        if (session != null) {
            data = null;
            session.close();
        }
    }

    private DeviceFile session(boolean allowed) {
        DeviceFile session = data;
        if (!allowed || session == null) {
            throw new VfioException(
                    "No data goes this way now: %s state=%s writeFailed=%b"
                            .formatted(about, entered, failedWrite));
        }
        return session;
    }

    private static void require(long result, DeviceFeature feature, String about) {
        if (result < 0) {
            throw Failures.of(result, VfioDevice.VFIO_DEVICE_FEATURE.name(), about + " " + feature);
        }
    }
}
