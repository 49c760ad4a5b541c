package io.jvmm.migration;

import io.jvmm.migration.admission.SwitchoverAdmission;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.PhaseListener;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.VmChangeStateHandler;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.GuestRam;
import io.jvmm.stream.wire.Configuration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a migration needs from the machine it moves.
 *
 * <p>The migration thread owns the run state from {@link #requestStop} to the outcome. {@link
 * #resumeAfterAbort} alone may come from another thread, the one that won the decision.
 */
public interface MigrationHost {
    /**
     * The guest's RAM.
     *
     * @return the blocks, in the order of the wire
     */
    GuestRam ram();

    /**
     * What this machine has learned about its switchovers; it outlives the migration.
     *
     * @return always the same object
     */
    SwitchoverAdmission admission();

    /**
     * What knows which pages the guest and the VMM have written.
     *
     * @return the one dirty log of this machine
     */
    DirtyLog dirtyLog();

    /**
     * Registers every device in the order of the wire. RAM is not among them.
     *
     * @param registry where to
     * @param capabilities what is on for this migration
     */
    void registerDevices(SaveVmRegistry registry, MigrationCapabilities capabilities);

    /**
     * The devices that stop after the vCPUs and run before them.
     *
     * @return in the order in which they are stopped; empty for most machines
     */
    List<? extends VmChangeStateHandler> changeStateHandlers();

    /**
     * How much device state VFIO has moved in this migration. Any thread.
     *
     * @return bytes; null on a machine without VFIO devices
     */
    @Nullable Long vfioTransferred();

    /**
     * What this machine asserts about itself at the head of a stream.
     *
     * @return the configuration section
     */
    Configuration configuration();

    /**
     * Whether the vCPUs run now.
     *
     * @return false if the guest is paused or was never started
     */
    boolean guestIsRunning();

    /** Asks every vCPU to stop for the switchover and returns at once. Allocates nothing. */
    void requestStop();

    /**
     * Waits until every vCPU is parked with its state read.
     *
     * @return false if {@link #resumeAfterAbort} came first
     */
    boolean awaitStopped();

    /**
     * Waits until the guest that was resumed has really run again, on every vCPU; returns at once
     * if it is stopped.
     */
    void awaitRunning();

    /**
     * Gives the guest back the run state that it had before {@link #requestStop}. Any thread; does
     * not block, allocates nothing, may be called twice.
     */
    void resumeAfterAbort();

    /**
     * The guest is this side's again, and stays stopped until its devices are back and {@link
     * #resumeAfterAbort} follows. Any thread; does not block, allocates nothing.
     */
    void rollbackBlocked();

    /** The attempt is over and the guest is here; says so to the users. */
    void switchoverAborted();

    /** The guest lives at the destination. */
    void handedOver();

    /** The commit was sent and the answer was lost: the guest stays stopped here. */
    void handoverUnknown();

    /**
     * Puts everything that was loaded where it belongs: vCPU state, device state.
     *
     * @throws RuntimeException if it does not fit; the guest has not run
     */
    void applyLoadedState();

    /** An incoming guest is loaded and must wait for the source's word. */
    void prepared();

    /**
     * What was loaded is forgotten but for the RAM: devices are reset, and the guest is waited for
     * again.
     */
    void incomingRolledBack();

    /**
     * Starts the guest that was loaded, unless it was paused at the source or is to stay paused
     * here.
     *
     * @param phases told of each step
     * @return true if its vCPUs run
     */
    boolean startLoadedGuest(PhaseListener phases);

    /**
     * An incoming migration is over without a guest.
     *
     * @param cause why, for people
     */
    void incomingFailed(String cause);

    /**
     * A migration changed its status.
     *
     * @param status the new one
     */
    void statusChanged(MigrationStatus status);

    /**
     * An attempt to switch over is over, with whatever outcome: tells the users where the time
     * went. Never between a stop and its outcome.
     *
     * @param attempt what is known about it
     */
    void switchoverEnded(SwitchoverInfo attempt);

    /**
     * A pass over RAM begins.
     *
     * @param pass counted from 1
     */
    void passStarted(long pass);

    /**
     * How slow its devices are on purpose.
     *
     * @return the delays
     */
    DeviceDelays deviceDelays();

    /** Walks once through all that a switchover needs, so that the real one finds it warm. */
    void rehearse();

    /**
     * How a deadline watch prepares its thread.
     *
     * @return the set-up
     */
    DeadlineWatch.ThreadSetup watchThreadSetup();
}
