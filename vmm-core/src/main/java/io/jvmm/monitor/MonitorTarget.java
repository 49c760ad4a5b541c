package io.jvmm.monitor;

import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverInfo;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.MigrationCapabilities;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationParameters;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.admission.DecisionRecord;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * What the monitors can do to a virtual machine.
 *
 * <p>Every method may be called by several threads at once. Methods that change something throw
 * {@link CommandRefusedException} or {@link io.jvmm.migration.MigrationRefusedException} when they
 * cannot be carried out, and have changed nothing then. Queries never wait for a migration: scripts
 * poll them every millisecond.
 */
public interface MonitorTarget {

    /**
     * The name given with {@code -name}.
     *
     * @return the name, empty if none was given
     */
    String name();

    /**
     * The UUID given with {@code -uuid}.
     *
     * @return in the usual form, all zero if none was given
     */
    String uuid();

    /**
     * The run state.
     *
     * @return as of now
     */
    RunState runState();

    /** Stops the guest; no effect if it is stopped. Returns when it has stopped. */
    void stop();

    /** Lets the guest run; while a migration comes in, remembers to let it run at its end. */
    void cont();

    /**
     * Ends the process in good order. Returns at once.
     *
     * @param reason why, as in the event SHUTDOWN
     */
    void quit(ShutdownReason reason);

    /**
     * The capabilities.
     *
     * @return a snapshot
     */
    MigrationCapabilities capabilities();

    /**
     * Switches capabilities, all or none.
     *
     * @param changes what to switch
     */
    void setCapabilities(Map<Capability, Boolean> changes);

    /**
     * The parameters.
     *
     * @return a snapshot
     */
    MigrationParameters parameters();

    /**
     * Sets parameters, all or none. Some may be set while a migration runs.
     *
     * @param changes what to set
     */
    void setParameters(Map<MigrationParameter, ParameterValue> changes);

    /**
     * The state of the last migration.
     *
     * @return a snapshot
     */
    MigrationInfo queryMigrate();

    /**
     * The last attempts to switch over, and where their time went.
     *
     * @return the oldest first, at most {@link io.jvmm.migration.SwitchoverHistory#CAPACITY}
     */
    List<SwitchoverInfo> querySwitchover();

    /**
     * What was decided about stops, and on what.
     *
     * @return the last decisions, the oldest first
     */
    List<DecisionRecord> switchoverDecisions();

    /**
     * Starts an outgoing migration. Returns at once.
     *
     * @param uri where to, such as {@code tcp:host:4444} or {@code unix:/path}
     */
    void migrate(String uri);

    /**
     * Waits until no migration runs.
     *
     * @throws InterruptedException if the caller was interrupted
     */
    void awaitMigrationEnd() throws InterruptedException;

    /** Cancels the migration that runs. No effect if there is none or it is committed. */
    void migrateCancel();

    /**
     * Where the hand-over of the last migration stands.
     *
     * @return a snapshot
     */
    HandoverInfo handoverQuery();

    /**
     * Settles a hand-over of which this side does not know the end.
     *
     * @param resolution what becomes of the guest at this side
     * @param peerIsDead the operator's word that the other side can never run the guest
     */
    void handoverResolve(HandoverResolution resolution, boolean peerIsDead);

    /**
     * Listens for a migration; only after {@code -incoming defer}, once.
     *
     * @param uri where to listen
     * @param exitOnError whether the process ends with status 1 if the migration fails
     */
    void migrateIncoming(String uri, boolean exitOnError);

    /**
     * What the built-in stress guest says about itself, after a check of all its pages.
     *
     * @return the report; the guest is paused for the check, if it runs
     */
    StressReport queryStress();

    /**
     * Registers for events.
     *
     * @param listener called by any thread, in the order of the changes; it only puts the event in
     *     a queue
     * @return ends the registration when closed
     */
    Registration addEventListener(Consumer<MonitorEvent> listener);

    /** A registration for events. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
