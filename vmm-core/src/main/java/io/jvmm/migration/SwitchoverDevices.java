package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.PhaseRecorder;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.VmChangeStateHandler;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The devices that a switchover stops after the vCPUs, and brings back if it is aborted.
 *
 * <pre>
 *   UNTOUCHED ─quiesce─► MOVED ─rollBack─► BACK        (migration thread)
 *       └─────release─► RELEASED                       (whoever decides the abort)
 *   BACK, RELEASED ─nextAttempt─► UNTOUCHED
 * </pre>
 *
 * <p>Only the migration thread calls a device. Who decides against the attempt while the devices
 * are untouched lets the guest run at once; after that the migration thread, broken out of whatever
 * it was doing, brings the devices back first. A call inside the device cannot be broken: until it
 * returns the guest stays stopped.
 */
final class SwitchoverDevices {
    private enum Hold {
        UNTOUCHED,
        MOVED,
        BACK,
        RELEASED
    }

    private final VmChangeStateHandler[] devices;
    private final AtomicReference<Hold> hold = new AtomicReference<>(Hold.UNTOUCHED);
    private final StringBuilder problems = new StringBuilder();
    private boolean running;

    SwitchoverDevices(List<? extends VmChangeStateHandler> devices) {
        this.devices = devices.toArray(VmChangeStateHandler[]::new);
    }

    /**
     * Stops every device: all begin no transaction any more, then all stop. Migration thread.
     *
     * @param running whether the guest ran, so that a rollback makes them run
     * @throws AttemptOverException if the guest was released before
     */
    void quiesce(PhaseRecorder phases, boolean running) {
        if (devices.length == 0) {
            return;
        }
        this.running = running;
        if (!hold.compareAndSet(Hold.UNTOUCHED, Hold.MOVED)) {
            throw AttemptOverException.INSTANCE;
        }
        for (VmChangeStateHandler device : devices) {
            phases.enter(SwitchoverPhase.DEVICE_P2P, device.name());
            device.prepareStop();
        }
        for (VmChangeStateHandler device : devices) {
            phases.enter(SwitchoverPhase.DEVICE_STOP, device.name());
            device.stop();
        }
    }

    /**
     * Lets the guest go before any device was moved. Any thread, allocates nothing.
     *
     * @return false if devices were moved: the migration thread has to bring them back
     */
    boolean release() {
        return hold.compareAndSet(Hold.UNTOUCHED, Hold.RELEASED) || hold.get() == Hold.RELEASED;
    }

    /** The guest runs, and another attempt may stop its devices. Migration thread. */
    void nextAttempt() {
        problems.setLength(0);
        hold.set(Hold.UNTOUCHED);
    }

    /** Whether devices were moved, and are not back. */
    boolean areMoved() {
        return hold.get() == Hold.MOVED;
    }

    /**
     * Brings every device back, in reverse. One that refuses is reset, and {@link #problems} says
     * so. Migration thread.
     *
     * @return false if one can be had back by no means: the guest must not run
     */
    boolean rollBack(PhaseRecorder phases) {
        boolean back = true;
        for (int i = devices.length - 1; running && i >= 0; i--) {
            phases.rollBack(devices[i].name());
            back &= bringBack(devices[i], devices[i]::prepareRun);
        }
        for (int i = devices.length - 1; running && i >= 0; i--) {
            phases.rollBack(devices[i].name());
            back &= bringBack(devices[i], devices[i]::run);
        }
        if (back) {
            hold.set(Hold.BACK);
        }
        return back;
    }

    /** What could not be brought back as it was; empty if all was. */
    String problems() {
        return problems.toString();
    }

    /** What a rollback is expected to cost, all devices together. */
    long rollbackNanos() {
        long sum = 0;
        for (VmChangeStateHandler device : devices) {
            sum += device.rollbackNanos();
        }
        return sum;
    }

    /**
     * Refuses a limit within which no attempt could be taken back: half of it is the most that a
     * budget keeps in reserve.
     *
     * @throws MigrationException naming both times
     */
    void requireRollbackWithin(SwitchoverBudget budget) {
        long least = 0;
        for (VmChangeStateHandler device : devices) {
            least += device.leastRollbackNanos();
        }
        if (budget.enforced() && least > budget.limitNanos() / 2) {
            throw new MigrationException(
                    "The devices take too long to come back for so short a limit:"
                            + " rollback=%.1f ms limit=%d ms"
                                    .formatted(least / 1e6, budget.limitMillis()));
        }
    }

    private boolean bringBack(VmChangeStateHandler device, Runnable step) {
        try {
            step.run();
            return true;
        } catch (RuntimeException e) {
            return reset(device, e);
        }
    }

    private boolean reset(VmChangeStateHandler device, RuntimeException refusal) {
        try {
            device.reset();
            problems.append(
                    "; device %s was reset: %s".formatted(device.name(), refusal.getMessage()));
            return true;
        } catch (RuntimeException e) {
            problems.append(
                    "; device %s is lost, so the guest stays stopped: %s"
                            .formatted(device.name(), e.getMessage()));
            return false;
        }
    }
}
