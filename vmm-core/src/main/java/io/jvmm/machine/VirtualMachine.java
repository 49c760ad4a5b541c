package io.jvmm.machine;

import io.jvmm.device.SerialOutput;
import io.jvmm.guest.GuestMemory;
import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.HandoverInfo;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.IncomingMigration;
import io.jvmm.migration.MigrationCapabilities;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationParameters;
import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.OutgoingMigration;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.migration.admission.SwitchoverAdmission;
import io.jvmm.monitor.MonitorEvent;
import io.jvmm.monitor.MonitorTarget;
import io.jvmm.monitor.ShutdownReason;
import io.jvmm.monitor.StressReport;
import io.jvmm.monitor.decision.DecisionFiles;
import io.jvmm.savevm.VmChangeStateHandler;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.channel.ChannelListener;
import io.jvmm.stream.channel.Channels;
import io.jvmm.stream.channel.MigrationAddress;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A virtual machine as its users command it: one machine, its run state, and its migrations.
 *
 * <p>Any thread. Queries never wait for a migration.
 */
public final class VirtualMachine implements MonitorTarget, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(VirtualMachine.class.getName());
    private static final String IN_PROGRESS = "There's a migration process in progress";
    private static final String DESTINATION_ENDED = "the destination ended";

    /**
     * What a machine takes from its process.
     *
     * @param clock the time, for migrations and the guest's pause clock
     * @param devices opens what is on the PCI bus
     * @param rehearsal run before a migration needs its code to be warm
     */
    record Environment(NanoClock clock, GuestDevices.Opener devices, Runnable rehearsal) {
        static Environment on(NanoClock clock) {
            return new Environment(clock, VfioOpener::open, Rehearsal::ensureDone);
        }
    }

    private final MachineConfig config;
    private final EventBus events = new EventBus();
    private final DeviceDelays delays;
    private final Environment environment;
    private final SwitchoverAdmission admission;
    private final Machine machine;
    private final Object lock = new Object();
    private final AtomicBoolean ending = new AtomicBoolean();
    private final CompletableFuture<Integer> exitStatus = new CompletableFuture<>();
    private volatile MigrationCapabilities capabilities = MigrationCapabilities.none();
    private volatile MigrationParameters parameters = MigrationParameters.defaults();
    private volatile @Nullable OutgoingMigration outgoing;
    private volatile @Nullable IncomingMigration incoming;
    private volatile boolean exitOnError = true;

    /**
     * Builds a machine with its guest loaded; {@link #start} lets it run.
     *
     * @param config what it is made of
     * @param serial where the serial port's bytes go
     * @param delays how slow its devices are on purpose
     */
    public VirtualMachine(MachineConfig config, SerialOutput serial, DeviceDelays delays) {
        this(config, serial, delays, NanoClock.system());
    }

    /**
     * Builds a machine on a clock of the caller's: the migration's, and the one that the guest
     * reads.
     *
     * @param config what it is made of
     * @param serial where the serial port's bytes go
     * @param delays how slow its devices are on purpose
     * @param clock must run as {@link System#nanoTime} does
     */
    public VirtualMachine(
            MachineConfig config, SerialOutput serial, DeviceDelays delays, NanoClock clock) {
        this(config, serial, delays, Environment.on(clock));
    }

    VirtualMachine(
            MachineConfig config,
            SerialOutput serial,
            DeviceDelays delays,
            Environment environment) {
        this.config = config;
        this.delays = delays;
        this.environment = environment;
        DecisionFiles files = new DecisionFiles();
        this.admission = new SwitchoverAdmission(files, files, InstantSource.system());
        try {
            machine = new Machine(config, serial, environment, events, new MachineUpcalls());
        } catch (RuntimeException e) {
            events.close();
            throw e;
        }
    }

    /** Lets the guest run, unless it is to stay paused or waits for a migration. */
    public void start() {
        if (!config.startup().paused() && !config.startup().incoming()) {
            machine.run().cont();
        }
    }

    /**
     * Waits for the end of this virtual machine.
     *
     * @return the exit status that the process should have
     * @throws InterruptedException if interrupted
     */
    public int awaitEnd() throws InterruptedException {
        try {
            return exitStatus.get();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * Which accelerator runs the guest.
     *
     * @return {@code kvm} or {@code interp}
     */
    public String acceleratorName() {
        return machine.acceleratorName();
    }

    /** The guest's RAM, for tests. */
    GuestMemory memory() {
        return machine.memory();
    }

    @Override
    public String name() {
        return config.name();
    }

    @Override
    public String uuid() {
        return config.uuid().toString();
    }

    @Override
    public RunState runState() {
        return machine.run().state();
    }

    @Override
    public void stop() {
        machine.run().stop();
    }

    @Override
    public void cont() {
        machine.run().cont();
    }

    @Override
    public void quit(ShutdownReason reason) {
        end(reason, 0);
    }

    @Override
    public MigrationCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public void setCapabilities(Map<Capability, Boolean> changes) {
        synchronized (lock) {
            if (isMigrating()) {
                throw new MigrationRefusedException(IN_PROGRESS);
            }
            capabilities = capabilities.with(changes);
        }
    }

    @Override
    public MigrationParameters parameters() {
        return parameters;
    }

    @Override
    public void setParameters(Map<MigrationParameter, ParameterValue> changes) {
        synchronized (lock) {
            parameters = parameters.with(changes);
        }
    }

    @Override
    public MigrationInfo queryMigrate() {
        return migrationInfo().withBlockedReasons(migrationBlockers());
    }

    @Override
    public List<SwitchoverInfo> querySwitchover() {
        return machine.switchovers().attempts();
    }

    @Override
    public List<DecisionRecord> switchoverDecisions() {
        return admission.log().records();
    }

    @Override
    public void migrate(String uri) {
        synchronized (lock) {
            if (isMigrating()) {
                throw new MigrationRefusedException(IN_PROGRESS);
            }
            requireOwnGuest(runState());
            requireUnblocked();
            endLast();
            OutgoingMigration next =
                    new OutgoingMigration(
                            machine,
                            understood(() -> MigrationAddress.parse(uri)),
                            capabilities,
                            this::parameters,
                            environment.clock());
            outgoing = next;
            next.start();
        }
    }

    @Override
    public void awaitMigrationEnd() throws InterruptedException {
        OutgoingMigration out = outgoing;
        if (out != null) {
            out.join();
        }
    }

    @Override
    public void migrateCancel() {
        OutgoingMigration out = outgoing;
        if (out != null) {
            out.cancel();
        }
    }

    @Override
    public HandoverInfo handoverQuery() {
        OutgoingMigration out = outgoing;
        if (out != null) {
            return out.handover();
        }
        IncomingMigration in = incoming;
        return in == null ? HandoverInfo.NONE : in.handover();
    }

    @Override
    public void handoverResolve(HandoverResolution resolution, boolean peerIsDead) {
        if (resolution.needsDeadPeer() && !peerIsDead) {
            throw new MigrationRefusedException(
                    "'"
                            + resolution.label()
                            + "' needs 'peer-is-dead': your word that the other side can never"
                            + " run the guest");
        }
        OutgoingMigration out = outgoing;
        IncomingMigration in = incoming;
        boolean taken =
                switch (resolution) {
                    case DROP, RUN ->
                            in != null
                                    && out == null
                                    && in.resolve(resolution == HandoverResolution.RUN);
                    case RESUME, GIVE_UP ->
                            out != null && out.resolve(resolution == HandoverResolution.RESUME);
                };
        if (!taken) {
            throw new MigrationRefusedException(
                    "'%s' is not what this side waits for: runstate=%s handover=%s"
                            .formatted(
                                    resolution.label(),
                                    runState().label(),
                                    handoverQuery().state()));
        }
    }

    @Override
    public void migrateIncoming(String uri, boolean exitOnError) {
        synchronized (lock) {
            requireRoomForGuest();
            endLast();
            this.exitOnError = exitOnError;
            IncomingMigration next =
                    new IncomingMigration(
                            machine, listen(uri), this::capabilities, environment.clock());
            machine.run().awaitGuest();
            outgoing = null;
            incoming = next;
            next.start();
        }
    }

    @Override
    public StressReport queryStress() {
        return StressCheck.of(machine);
    }

    @Override
    public Registration addEventListener(Consumer<MonitorEvent> listener) {
        events.add(listener);
        return () -> events.remove(listener);
    }

    /**
     * Ends migrations, stops the guest and frees everything. A guest handed over is not touched.
     */
    @Override
    public void close() {
        IncomingMigration in = incoming;
        if (in != null) {
            in.drop(DESTINATION_ENDED);
        }
        OutgoingMigration out = outgoing;
        if (out != null) {
            out.cancel();
        }
        machine.abandonDevices();
        if (in != null) {
            endQuietly(() -> in.close(DESTINATION_ENDED));
        }
        if (out != null) {
            endQuietly(out::close);
        }
        machine.close();
        events.close();
    }

    /** What the last migrations still have to say, or to answer, is over. */
    private void endLast() {
        OutgoingMigration out = outgoing;
        if (out != null) {
            endQuietly(out::close);
        }
        IncomingMigration in = incoming;
        if (in != null) {
            endQuietly(() -> in.close("another migration follows"));
        }
    }

    private boolean isMigrating() {
        OutgoingMigration out = outgoing;
        IncomingMigration in = incoming;
        return (out != null && out.status().isRunning()) || (in != null && in.status().isRunning());
    }

    /** A machine waits for a guest from its start, or once its last guest has been handed over. */
    private void requireRoomForGuest() {
        RunState now = runState();
        if (now == RunState.POSTMIGRATE && !isMigrating()) {
            return;
        }
        if (!config.startup().incoming()) {
            throw new MigrationRefusedException(
                    "'-incoming' was not specified on the command line");
        }
        if (now != RunState.INMIGRATE || incoming != null) {
            throw new MigrationRefusedException("The incoming migration has already been started");
        }
    }

    private static void requireOwnGuest(RunState state) {
        switch (state) {
            case INMIGRATE ->
                    throw new MigrationRefusedException(
                            "Guest is waiting for an incoming migration");
            case POSTMIGRATE, HANDOVER_UNKNOWN ->
                    throw new MigrationRefusedException(
                            "Can't migrate the vm that was paused due to previous migration");
            case ROLLBACK_BLOCKED ->
                    throw new MigrationRefusedException(
                            "The guest waits for its devices: runstate=" + state.label());
            case PREPARED, DROPPED ->
                    throw new MigrationRefusedException(
                            "The guest is not this side's to migrate: runstate=" + state.label());
            case PRELAUNCH, RUNNING, PAUSED, FINISH_MIGRATE, GUEST_PANICKED -> {}
        }
    }

    private MigrationInfo migrationInfo() {
        OutgoingMigration out = outgoing;
        if (out != null) {
            return out.info();
        }
        IncomingMigration in = incoming;
        return in == null ? MigrationInfo.NONE : in.info();
    }

    private void requireUnblocked() {
        for (String reason : migrationBlockers()) {
            throw new MigrationRefusedException("disallowing migration blocker: " + reason);
        }
    }

    private List<String> migrationBlockers() {
        return machine.changeStateHandlers().stream()
                .map(VmChangeStateHandler::migrationBlocker)
                .filter(reason -> !reason.isEmpty())
                .toList();
    }

    private static ChannelListener listen(String uri) {
        MigrationAddress address = understood(() -> MigrationAddress.parseIncoming(uri));
        try {
            return Channels.listen(address);
        } catch (StreamException e) {
            throw new MigrationRefusedException(String.valueOf(e.getMessage()));
        }
    }

    private static MigrationAddress understood(Supplier<MigrationAddress> parsed) {
        try {
            return parsed.get();
        } catch (IllegalArgumentException e) {
            throw new MigrationRefusedException(String.valueOf(e.getMessage()));
        }
    }

    /** Only the first reason counts: what fails because of the end is no failure. */
    private void end(ShutdownReason reason, int status) {
        if (!ending.compareAndSet(false, true)) {
            return;
        }
        IncomingMigration in = incoming;
        if (in != null) {
            in.drop(DESTINATION_ENDED);
        }
        events.publish(new MonitorEvent.Shutdown(reason));
        exitStatus.complete(status);
    }

    private final class MachineUpcalls implements Machine.Upcalls {
        @Override
        public void incomingFailed(String cause) {
            if (exitOnError && !ending.get()) {
                LOG.log(
                        Level.ERROR,
                        "The incoming migration failed, nothing runs here: {0}",
                        cause);
                end(ShutdownReason.HOST_ERROR, 1);
            }
        }

        @Override
        public DeviceDelays deviceDelays() {
            return delays;
        }

        @Override
        public SwitchoverAdmission admission() {
            return admission;
        }

        @Override
        public void rehearse() {
            environment.rehearsal().run();
        }
    }

    private interface Ending {
        void run() throws InterruptedException;
    }

    private static void endQuietly(Ending ending) {
        try {
            ending.run();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
