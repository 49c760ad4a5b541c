package io.jvmm.device.vfio;

import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationArcs;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioMigration;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** A device whose migration is told what to say: for what no real device does on demand. */
final class ScriptedDevice implements VfioMigration {
    /** What it gives in PRE_COPY; an empty array stands for "nothing now". */
    final Deque<byte[]> preCopyData = new ArrayDeque<>();

    /** What it gives in STOP_COPY, before its end. */
    final Deque<byte[]> stopCopyData = new ArrayDeque<>();

    /** The arcs it was taken over. */
    final List<DeviceMigrationState> way = new ArrayList<>();

    /** What was written into it. */
    final ByteArrayOutputStream written = new ByteArrayOutputStream();

    /** States that it refuses to enter. */
    final Set<DeviceMigrationState> refused = EnumSet.noneOf(DeviceMigrationState.class);

    Optional<PrecopyInfo> precopyInfo = Optional.empty();
    OptionalLong stopCopySize = OptionalLong.empty();
    boolean failsWhenItRefuses;

    /** How much the last read asked for. */
    long asked;

    int resets;

    private final MigrationSupport support;
    private DeviceMigrationState state = DeviceMigrationState.RUNNING;

    ScriptedDevice(MigrationSupport support) {
        this.support = support;
    }

    /** The device around it, which has nothing else. */
    VfioBackend backend() {
        return backend(
                Optional.of(this),
                () -> {
                    resets++;
                    state = DeviceMigrationState.RUNNING;
                });
    }

    /** A device that cannot migrate. */
    static VfioBackend withoutMigration() {
        return backend(Optional.empty(), () -> {});
    }

    private static VfioBackend backend(Optional<VfioMigration> migration, Runnable reset) {
        InvocationHandler answers =
                (proxy, method, arguments) ->
                        switch (method.getName()) {
                            case "migration" -> migration;
                            case "dmaLogging" -> Optional.empty();
                            case "reset" -> {
                                reset.run();
                                yield null;
                            }
                            default -> throw new UnsupportedOperationException(method.getName());
                        };
        return (VfioBackend)
                Proxy.newProxyInstance(
                        VfioBackend.class.getClassLoader(),
                        new Class<?>[] {VfioBackend.class},
                        answers);
    }

    @Override
    public MigrationSupport support() {
        return support;
    }

    @Override
    public DeviceMigrationState state() {
        return state;
    }

    @Override
    public void enter(DeviceMigrationState to) {
        if (refused.contains(to)) {
            state = failsWhenItRefuses ? DeviceMigrationState.ERROR : state;
            throw new SyscallException("ioctl", Errno.EIO, "state=" + to);
        }
        if (!MigrationArcs.of(support).isArc(state, to)) {
            throw new SyscallException("ioctl", Errno.EINVAL, "from=" + state + " to=" + to);
        }
        state = to;
        way.add(to);
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        Deque<byte[]> data = state == DeviceMigrationState.STOP_COPY ? stopCopyData : preCopyData;
        asked = length;
        byte[] next = data.poll();
        if (next == null) {
            return 0;
        }
        MemorySegment.copy(next, 0, into, ValueLayout.JAVA_BYTE, offset, next.length);
        return next.length;
    }

    @Override
    public void write(MemorySegment from, long offset, long length) {
        written.writeBytes(from.asSlice(offset, length).toArray(ValueLayout.JAVA_BYTE));
    }

    @Override
    public Optional<PrecopyInfo> precopyInfo() {
        return precopyInfo;
    }

    @Override
    public OptionalLong stopCopySize() {
        return stopCopySize;
    }
}
