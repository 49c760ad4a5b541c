package io.jvmm.device.vfio;

import io.jvmm.linux.SyscallException;
import io.jvmm.savevm.VmChangeStateHandler;
import io.jvmm.stream.NanoClock;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationArcs;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a VFIO device stands, and the ways that the run state of the guest takes it.
 *
 * <p>A device that cannot migrate is not stopped with the guest: it has no states. One thread at a
 * time.
 */
public final class VfioRunState implements VmChangeStateHandler {
    private final String name;
    private final VfioBackend backend;
    private final NanoClock clock;
    private final @Nullable VfioMigration migration;
    private final MigrationArcs arcs;
    private final String blocker;
    private final boolean p2p;
    private final boolean preCopy;
    private DeviceMigrationState state = DeviceMigrationState.RUNNING;
    private long prepareNanos;
    private long recentNanos;
    private long leastNanos;

    /**
     * Takes charge of a device that runs; {@link #measureRollback} makes sure of that.
     *
     * @param name what people call it
     * @param backend the device
     * @param clock the time
     */
    public VfioRunState(String name, VfioBackend backend, NanoClock clock) {
        this.clock = clock;
        this.name = name;
        this.backend = backend;
        this.migration = backend.migration().orElse(null);
        MigrationSupport support =
                migration == null ? new MigrationSupport(false, false) : migration.support();
        this.p2p = support.p2p();
        this.preCopy = support.preCopy();
        this.arcs = MigrationArcs.of(support);
        this.blocker = blocker(name, backend);
    }

    private static String blocker(String name, VfioBackend backend) {
        if (backend.migration().isEmpty()) {
            return name + ": VFIO migration is not supported by the device";
        }
        return backend.dmaLogging().isPresent()
                ? ""
                : name + ": nobody can tell which memory the device writes";
    }

    /**
     * Resets the device, however it was left, and finds out what a rollback costs, before a guest
     * uses it: stops it and lets it run again.
     *
     * @throws VfioException if the device refuses
     */
    public void measureRollback() {
        if (migration != null) {
            reset();
            prepareStop();
            stop();
            prepareRun();
            run();
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String migrationBlocker() {
        return blocker;
    }

    @Override
    public void prepareStop() {
        if (p2p) {
            switch (state) {
                case RUNNING -> enter(DeviceMigrationState.RUNNING_P2P);
                case PRE_COPY -> enter(DeviceMigrationState.PRE_COPY_P2P);
                case ERROR, STOP, STOP_COPY, RESUMING, RUNNING_P2P, PRE_COPY_P2P -> {}
            }
        }
    }

    /** A device whose state is being read goes on to STOP_COPY: its session must not end. */
    @Override
    public void stop() {
        if (migration != null) {
            enter(state.isSaving() ? DeviceMigrationState.STOP_COPY : DeviceMigrationState.STOP);
        }
    }

    @Override
    public void prepareRun() {
        prepareNanos = 0;
        if (p2p && state != DeviceMigrationState.RUNNING) {
            long begin = clock.nanoTime();
            enter(DeviceMigrationState.RUNNING_P2P);
            prepareNanos = clock.nanoTime() - begin;
        }
    }

    @Override
    public void run() {
        if (migration != null && state != DeviceMigrationState.RUNNING) {
            long begin = clock.nanoTime();
            enter(DeviceMigrationState.RUNNING);
            measured(prepareNanos + clock.nanoTime() - begin);
        }
    }

    @Override
    public void reset() {
        backend.reset();
        state = DeviceMigrationState.RUNNING;
    }

    /** One way back that a busy host held up counts less with every one after it. */
    private void measured(long nanos) {
        recentNanos = Math.max(nanos, recentNanos / 2);
        leastNanos = leastNanos == 0 ? nanos : Math.min(leastNanos, nanos);
    }

    @Override
    public long rollbackNanos() {
        return migration == null ? 0 : VfioStateHandlers.LONG_READ_NANOS + recentNanos;
    }

    @Override
    public long leastRollbackNanos() {
        return migration == null ? 0 : VfioStateHandlers.LONG_READ_NANOS + leastNanos;
    }

    /** Where the device stands, as far as it is known. */
    DeviceMigrationState state() {
        return state;
    }

    /** Whether it can be read while it runs. */
    boolean hasPreCopy() {
        return preCopy;
    }

    /** How many bytes it has to say, and how to get them. */
    VfioMigration migration() {
        if (migration == null) {
            throw new VfioException(blocker);
        }
        return migration;
    }

    /**
     * Takes the device the shortest legal way.
     *
     * @throws VfioException naming the arc, the errno and where the device is now
     */
    void enter(DeviceMigrationState to) {
        List<DeviceMigrationState> way = arcs.path(state, to);
        for (int i = 0; i < way.size(); i++) {
            step(way.get(i));
        }
    }

    private void step(DeviceMigrationState next) {
        try {
            migration().enter(next);
            state = next;
        } catch (SyscallException | VfioException e) {
            DeviceMigrationState from = state;
            state = whereItIs();
            throw new VfioException(
                    "The device refused a state: device=%s from=%s to=%s now=%s: %s"
                            .formatted(name, from, next, state, e.getMessage()),
                    e);
        }
    }

    /** A device that does not even say where it is has failed. */
    private DeviceMigrationState whereItIs() {
        try {
            return migration().state();
        } catch (SyscallException | VfioException _) {
            return DeviceMigrationState.ERROR;
        }
    }
}
