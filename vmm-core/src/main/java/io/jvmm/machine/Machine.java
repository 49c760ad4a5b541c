package io.jvmm.machine;

import io.jvmm.device.CpuSections;
import io.jvmm.device.FastA20;
import io.jvmm.device.GlobalState;
import io.jvmm.device.PauseClock;
import io.jvmm.device.PauseClockSection;
import io.jvmm.device.PortBus;
import io.jvmm.device.PortRange;
import io.jvmm.device.Serial16550;
import io.jvmm.device.SerialOutput;
import io.jvmm.device.SerialSection;
import io.jvmm.device.TimerState;
import io.jvmm.guest.Accelerator;
import io.jvmm.guest.CombinedDirtyLog;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.VcpuGroup;
import io.jvmm.guest.VcpuStop;
import io.jvmm.migration.Capability;
import io.jvmm.migration.DeviceDelays;
import io.jvmm.migration.MigrationCapabilities;
import io.jvmm.migration.MigrationHost;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import io.jvmm.migration.SwitchoverHistory;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.admission.SwitchoverAdmission;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.PhaseListener;
import io.jvmm.monitor.MonitorEvent;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.VmChangeStateHandler;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.GuestRam;
import io.jvmm.stream.wire.Configuration;
import java.lang.System.Logger.Level;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The hardware of one guest and its run state: what a migration moves.
 *
 * <p>Threads: see {@link MigrationHost}.
 */
final class Machine implements MigrationHost, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Machine.class.getName());

    /** What the owner of a machine is asked. */
    interface Upcalls {
        void incomingFailed(String cause);

        void rehearse();

        DeviceDelays deviceDelays();

        SwitchoverAdmission admission();
    }

    private final MachineConfig config;
    private final Upcalls upcalls;
    private final EventBus events;
    private final Map<MigrationStatus, MonitorEvent> statusEvents;
    private final GuestMemory memory;
    private final Accelerator accelerator;
    private final Serial16550 serial;
    private final PauseClock pauseClock;
    private final TimerState timer = new TimerState();
    private final GlobalState globalState = new GlobalState();
    private final GuestDevices devices;
    private final GuestCpus cpus;
    private final DeviceRunStates deviceStates;
    private final RunControl run;
    private final SwitchoverHistory switchovers = new SwitchoverHistory();
    private final DirtyLog dirtyLog;

    /**
     * Builds the machine, stopped, with its guest loaded.
     *
     * @param serialOutput where the serial port's bytes go
     * @throws RuntimeException if a part cannot be had; nothing is left then
     */
    Machine(
            MachineConfig config,
            SerialOutput serialOutput,
            VirtualMachine.Environment environment,
            EventBus events,
            Upcalls upcalls) {
        this.upcalls = upcalls;
        this.config = config;
        this.events = events;
        this.statusEvents = statusEvents();
        MachineConfig.Hardware hardware = config.hardware();
        serial = new Serial16550(serialOutput);
        pauseClock = new PauseClock(environment.clock(), hardware.vcpus());
        memory = GuestMemory.allocate(hardware.type().ramBlock(), hardware.memoryBytes());
        accelerator =
                orUndo(() -> Accelerators.open(hardware.accelerators(), memory), memory::close);
        devices =
                orUndo(
                        () ->
                                GuestDevices.open(
                                        hardware.devices(),
                                        memory,
                                        environment.clock(),
                                        environment.devices()),
                        this::closeMemory);
        cpus = orUndo(() -> startCpus(hardware), this::closeParts);
        deviceStates = new DeviceRunStates(devices.runStates());
        dirtyLog =
                new CombinedDirtyLog(
                        accelerator.dirtyLog(), devices.dirtyLog(memory), memory.hostDirtyLog());
        MachineConfig.Startup startup = config.startup();
        run =
                new RunControl(
                        startup.incoming() ? RunState.INMIGRATE : RunState.PRELAUNCH,
                        !startup.paused(),
                        cpus,
                        deviceStates,
                        events);
    }

    /** Makes a part; if that fails, undoes the parts before it. */
    private static <T> T orUndo(Supplier<T> part, Runnable undo) {
        try {
            return part.get();
        } catch (RuntimeException e) {
            undo.run();
            throw e;
        }
    }

    GuestMemory memory() {
        return memory;
    }

    RunControl run() {
        return run;
    }

    String acceleratorName() {
        return accelerator.name();
    }

    @Override
    public GuestRam ram() {
        return memory;
    }

    @Override
    public SwitchoverAdmission admission() {
        return upcalls.admission();
    }

    @Override
    public DirtyLog dirtyLog() {
        return dirtyLog;
    }

    @Override
    public List<? extends VmChangeStateHandler> changeStateHandlers() {
        return deviceStates.handlers();
    }

    @Override
    public void registerDevices(SaveVmRegistry registry, MigrationCapabilities capabilities) {
        registry.register(0, TimerState.DESCRIPTION, timer);
        for (int i = 0; i < cpus.count(); i++) {
            CpuSections.register(registry, i, cpus.state(i));
        }
        if (config.hardware().type().hasVcpus()) {
            registry.register(0, SerialSection.DESCRIPTION, serial.state());
            registry.register(0, PauseClockSection.description(cpus.count()), pauseClock.state());
        }
        devices.register(registry, capabilities.isOn(Capability.SWITCHOVER_ACK));
        registry.register(0, GlobalState.DESCRIPTION, globalState);
    }

    @Override
    public @Nullable Long vfioTransferred() {
        return devices.transferred();
    }

    @Override
    public Configuration configuration() {
        return Configuration.ofMachine(config.hardware().type().label());
    }

    @Override
    public boolean guestIsRunning() {
        return run.isRunning();
    }

    @Override
    public void requestStop() {
        run.requestStopForSwitchover();
        globalState.set(run.beforeSwitchover().label());
    }

    @Override
    public boolean awaitStopped() {
        return run.awaitStopped();
    }

    @Override
    public void awaitRunning() {
        cpus.awaitRunning();
    }

    @Override
    public void resumeAfterAbort() {
        run.resumeAfterAbort();
    }

    @Override
    public void rollbackBlocked() {
        run.rollbackBlocked();
    }

    @Override
    public void switchoverAborted() {
        run.switchoverAborted();
    }

    @Override
    public void handedOver() {
        run.handedOver();
    }

    @Override
    public void handoverUnknown() {
        run.handoverUnknown();
        LOG.log(
                Level.ERROR,
                "The link was lost after the guest was handed over: it stays stopped here, and may"
                        + " run at the destination.");
    }

    @Override
    public void applyLoadedState() {
        cpus.loadStates();
    }

    @Override
    public void prepared() {
        run.prepared();
    }

    @Override
    public void incomingRolledBack() {
        run.incomingRolledBack();
        deviceStates.reset();
    }

    @Override
    public boolean startLoadedGuest(PhaseListener phases) {
        return run.startLoaded(ranAtSource(), phases);
    }

    @Override
    public void incomingFailed(String cause) {
        run.dropped();
        deviceStates.reset();
        upcalls.incomingFailed(cause);
    }

    @Override
    public void statusChanged(MigrationStatus status) {
        events.publish(Objects.requireNonNull(statusEvents.get(status)));
    }

    @Override
    public void switchoverEnded(SwitchoverInfo attempt) {
        switchovers.add(attempt);
        SwitchoverRecording.commit(config.name(), attempt);
        events.publish(new MonitorEvent.Switchover(attempt));
    }

    SwitchoverHistory switchovers() {
        return switchovers;
    }

    @Override
    public void passStarted(long pass) {
        events.publish(new MonitorEvent.MigrationPass(pass));
    }

    @Override
    public DeviceDelays deviceDelays() {
        return upcalls.deviceDelays();
    }

    @Override
    public void rehearse() {
        upcalls.rehearse();
    }

    @Override
    public DeadlineWatch.ThreadSetup watchThreadSetup() {
        return WatchThread::setUp;
    }

    /** Nothing waits for a device any more: {@link #close} is next. Any thread. */
    void abandonDevices() {
        devices.abandon();
    }

    /** Stops the vCPUs for good and frees everything. */
    @Override
    public void close() {
        cpus.close();
        closeParts();
    }

    /** A stream without this section comes from a guest that ran. */
    private boolean ranAtSource() {
        return globalState.runState().isEmpty() || globalState.is(RunState.RUNNING.label());
    }

    private GuestCpus startCpus(MachineConfig.Hardware hardware) {
        GuestCpus made =
                hardware.type().hasVcpus() ? vcpus(hardware.vcpus()) : new GuestCpus.None();
        return orUndo(
                () -> {
                    GuestLoader.load(config.payload(), memory, made);
                    return made;
                },
                made::close);
    }

    private GuestCpus vcpus(int count) {
        PortBus bus =
                new PortBus(
                        List.of(
                                new PortRange(Serial16550.COM1, Serial16550.PORTS, serial),
                                new PortRange(FastA20.PORT, 1, new FastA20()),
                                pauseClock.ports()),
                        devices.bus());
        return new GuestCpus.Group(new VcpuGroup(accelerator, bus, count, this::crashed));
    }

    private void crashed(int vcpu, VcpuStop.Crashed crash) {
        run.panicked();
    }

    private void closeParts() {
        devices.close();
        closeMemory();
    }

    private void closeMemory() {
        accelerator.close();
        memory.close();
    }

    private static Map<MigrationStatus, MonitorEvent> statusEvents() {
        Map<MigrationStatus, MonitorEvent> made = new EnumMap<>(MigrationStatus.class);
        for (MigrationStatus status : MigrationStatus.values()) {
            made.put(status, new MonitorEvent.Migration(status));
        }
        return made;
    }
}
