package io.jvmm.machine;

import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.RunState;
import io.jvmm.migration.switchover.PhaseListener;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.monitor.MonitorEvent;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The run state of a guest, and the only way to its vCPUs.
 *
 * <p>Commands from the monitors take the lock and are refused, or remembered, in states that belong
 * to a migration. The migration's own steps change the state by compare-and-set, so that {@link
 * #resumeAfterAbort} needs no lock and allocates nothing. STOP and RESUME are said once per change.
 */
final class RunControl {
    private static final MonitorEvent STOPPED = new MonitorEvent.Stopped();
    private static final MonitorEvent RESUMED = new MonitorEvent.Resumed();

    private final Object lock = new Object();
    private final AtomicReference<RunState> state;
    private final GuestCpus cpus;
    private final DeviceRunStates devices;
    private final EventBus events;
    private volatile RunState beforeSwitchover = RunState.PRELAUNCH;
    private boolean stopQueued;
    private boolean runWhenLoaded;

    RunControl(
            RunState initial,
            boolean runWhenLoaded,
            GuestCpus cpus,
            DeviceRunStates devices,
            EventBus events) {
        this.devices = devices;
        this.state = new AtomicReference<>(initial);
        this.runWhenLoaded = runWhenLoaded;
        this.cpus = cpus;
        this.events = events;
    }

    RunState state() {
        return state.get();
    }

    /** The state that the guest had before its switchover, which travels with it. */
    RunState beforeSwitchover() {
        return beforeSwitchover;
    }

    /** {@code stop}: returns once the guest has stopped; during a switchover it is remembered. */
    void stop() {
        synchronized (lock) {
            switch (state.get()) {
                case RUNNING -> pause();
                case FINISH_MIGRATE, ROLLBACK_BLOCKED -> stopQueued = true;
                case INMIGRATE -> runWhenLoaded = false;
                default -> {}
            }
        }
    }

    /**
     * {@code cont}.
     *
     * @throws MigrationRefusedException if the guest is not this side's to run
     * @throws RuntimeException if a device refuses to run
     */
    void cont() {
        synchronized (lock) {
            RunState current = state.get();
            switch (current) {
                case PRELAUNCH, PAUSED -> run(current);
                case FINISH_MIGRATE -> stopQueued = false;
                case INMIGRATE -> runWhenLoaded = true;
                case RUNNING -> {}
                case POSTMIGRATE, PREPARED, DROPPED, HANDOVER_UNKNOWN ->
                        throw new MigrationRefusedException(
                                "The guest cannot be run here: it "
                                        + whereItIs(current)
                                        + ". runstate="
                                        + current.label());
                case ROLLBACK_BLOCKED, GUEST_PANICKED ->
                        throw new MigrationRefusedException(
                                "The guest cannot run. runstate=" + current.label());
            }
        }
    }

    /**
     * Stops the guest for a look at it, and lets it run on; one that is stopped stays so.
     *
     * @throws MigrationRefusedException during a switchover, which owns the guest
     */
    void whileStopped(Runnable look) {
        synchronized (lock) {
            if (state.get() == RunState.FINISH_MIGRATE
                    || state.get() == RunState.ROLLBACK_BLOCKED) {
                throw new MigrationRefusedException("The guest is in a switchover.");
            }
            boolean running = isRunning();
            if (running) {
                cpus.requestStop();
                cpus.awaitStopped();
            }
            try {
                look.run();
            } finally {
                if (running && isRunning()) {
                    cpus.resume();
                }
            }
        }
    }

    boolean isRunning() {
        return state.get() == RunState.RUNNING;
    }

    void requestStopForSwitchover() {
        synchronized (lock) {
            RunState current = state.get();
            beforeSwitchover = current;
            state.set(RunState.FINISH_MIGRATE);
            cpus.requestStop();
            if (current == RunState.RUNNING) {
                events.publish(STOPPED);
            }
        }
    }

    boolean awaitStopped() {
        return cpus.awaitStopped();
    }

    /** The guest is here again, and waits for its devices. Any thread; no lock. */
    void rollbackBlocked() {
        if (!state.compareAndSet(RunState.FINISH_MIGRATE, RunState.ROLLBACK_BLOCKED)) {
            state.compareAndSet(RunState.HANDOVER_UNKNOWN, RunState.ROLLBACK_BLOCKED);
        }
    }

    /** Any thread; no lock. */
    void resumeAfterAbort() {
        RunState before = beforeSwitchover;
        boolean mine =
                state.compareAndSet(RunState.FINISH_MIGRATE, before)
                        || state.compareAndSet(RunState.HANDOVER_UNKNOWN, before)
                        || state.compareAndSet(RunState.ROLLBACK_BLOCKED, before);
        if (mine && before == RunState.RUNNING) {
            cpus.resume();
            events.publish(RESUMED);
        }
    }

    /** The switchover is over and the guest is here: what was asked for meanwhile is done now. */
    void switchoverAborted() {
        synchronized (lock) {
            if (stopQueued && state.get() == RunState.RUNNING) {
                pause();
            }
            stopQueued = false;
        }
    }

    void handedOver() {
        state.set(RunState.POSTMIGRATE);
    }

    /** Unless the operator, or the destination's late word, was quicker. */
    void handoverUnknown() {
        state.compareAndSet(RunState.FINISH_MIGRATE, RunState.HANDOVER_UNKNOWN);
    }

    /** Waits for a guest again, once the last one has been handed over; false in other states. */
    boolean awaitGuest() {
        synchronized (lock) {
            runWhenLoaded = true;
            return state.compareAndSet(RunState.POSTMIGRATE, RunState.INMIGRATE);
        }
    }

    void prepared() {
        state.compareAndSet(RunState.INMIGRATE, RunState.PREPARED);
    }

    /** Waits for the guest again: the source aborted the attempt. */
    void incomingRolledBack() {
        state.compareAndSet(RunState.PREPARED, RunState.INMIGRATE);
    }

    /**
     * Starts an incoming guest that ran at the source, unless it is to stay paused here.
     *
     * @param ranAtSource whether it ran there
     * @param phases told of each step
     * @return true if it runs
     */
    boolean startLoaded(boolean ranAtSource, PhaseListener phases) {
        synchronized (lock) {
            if (!ranAtSource || !runWhenLoaded) {
                state.set(RunState.PAUSED);
                return false;
            }
            devices.run(phases);
            phases.enter(SwitchoverPhase.VCPU_START, "");
            state.set(RunState.RUNNING);
            cpus.resume();
            cpus.awaitRunning();
            events.publish(RESUMED);
            return true;
        }
    }

    void dropped() {
        state.set(RunState.DROPPED);
    }

    /** A vCPU crashed. On its thread. */
    void panicked() {
        if (state.compareAndSet(RunState.RUNNING, RunState.GUEST_PANICKED)) {
            cpus.requestStop();
            events.publish(STOPPED);
        }
    }

    private void pause() {
        cpus.requestStop();
        cpus.awaitStopped();
        devices.stop();
        state.compareAndSet(RunState.RUNNING, RunState.PAUSED);
        events.publish(STOPPED);
    }

    private void run(RunState current) {
        devices.run(PhaseListener.NONE);
        if (state.compareAndSet(current, RunState.RUNNING)) {
            cpus.resume();
            events.publish(RESUMED);
        }
    }

    private static String whereItIs(RunState state) {
        return switch (state) {
            case POSTMIGRATE -> "was handed over to the destination";
            case PREPARED -> "is loaded, and waits for the source's word";
            case DROPPED -> "was given up";
            default -> "may run at the destination, and nobody here knows";
        };
    }
}
