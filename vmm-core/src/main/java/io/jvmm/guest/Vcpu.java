package io.jvmm.guest;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One vCPU thread: makes the engine, runs it while the gate is open, saves its state when the gate
 * closes, and keeps every failure to itself as a crash of the guest.
 */
final class Vcpu implements Runnable {

    private static final System.Logger LOG = System.getLogger(Vcpu.class.getName());

    private final int index;
    private final VcpuGroup group;
    private final Accelerator accelerator;
    private final IoBus bus;
    private final CpuState state = new CpuState();
    private final Thread thread;

    private volatile @Nullable VcpuEngine engine;
    private volatile @Nullable Throwable failure;
    private volatile long savedAt;
    private volatile long enteredAt;
    private volatile boolean loadRequested;
    private volatile boolean closing;
    private volatile boolean ended;

    /** Own thread only. */
    private boolean halted;

    /** Own thread only. */
    private boolean crashed;

    Vcpu(int index, VcpuGroup group, Accelerator accelerator, IoBus bus) {
        this.index = index;
        this.group = group;
        this.accelerator = accelerator;
        this.bus = bus;
        this.thread = Thread.ofPlatform().name("vcpu-" + index).daemon().unstarted(this);
    }

    CpuState state() {
        return state;
    }

    Thread thread() {
        return thread;
    }

    /** Whether the vCPU is parked in the stop with this ticket and its state is saved. */
    boolean isStoppedAt(long ticket) {
        return savedAt == ticket || ended;
    }

    /**
     * Whether the vCPU has left the stop before this ticket: its next instruction is the guest's.
     */
    boolean isEnteredAt(long ticket) {
        return enteredAt == ticket || ended;
    }

    boolean isLoading() {
        return loadRequested && !ended;
    }

    /** What went wrong outside the guest's own doing: making, saving, loading, closing. */
    @Nullable Throwable failure() {
        return failure;
    }

    void kick() {
        VcpuEngine running = engine;
        if (running != null) {
            running.kick();
        }
        LockSupport.unpark(thread);
    }

    void wake() {
        LockSupport.unpark(thread);
    }

    void requestLoad() {
        failure = null;
        loadRequested = true;
        LockSupport.unpark(thread);
    }

    void close() {
        closing = true;
        kick();
    }

    @Override
    public void run() {
        try (VcpuEngine own = accelerator.createVcpu(index, bus)) {
            own.loadState(state);
            engine = own;
            while (!closing) {
                step(own);
            }
        } catch (RuntimeException | Error e) {
            failure = e;
            LOG.log(System.Logger.Level.ERROR, "vCPU thread ended: vcpu=" + index, e);
        } finally {
            ended = true;
            group.wakeWaiter();
        }
    }

    private void step(VcpuEngine own) {
        long ticket = group.ticket();
        if (RunGate.isStopped(ticket)) {
            stayStopped(own, ticket);
            return;
        }
        if (enteredAt != ticket) {
            enteredAt = ticket;
            group.wakeWaiter();
        }
        if (halted || crashed) {
            LockSupport.park(this);
        } else {
            runGuest(own);
        }
    }

    private void stayStopped(VcpuEngine own, long ticket) {
        save(own);
        savedAt = ticket;
        group.wakeWaiter();
        while (group.ticket() == ticket && !closing) {
            if (loadRequested) {
                load(own);
            } else {
                LockSupport.park(this);
            }
        }
    }

    private void save(VcpuEngine own) {
        failure = null;
        try {
            own.saveState(state);
            state.halted = halted;
        } catch (RuntimeException | Error e) {
            failure = e;
        }
    }

    private void load(VcpuEngine own) {
        try {
            own.loadState(state);
            halted = state.halted;
            crashed = false;
        } catch (RuntimeException | Error e) {
            failure = e;
        }
        loadRequested = false;
        group.wakeWaiter();
    }

    private void runGuest(VcpuEngine own) {
        VcpuStop stop;
        try {
            stop = own.run();
        } catch (RuntimeException | Error e) {
            stop = crashFrom(own, e);
        }
        switch (stop) {
            case VcpuStop.Kicked _ -> {}
            case VcpuStop.Halted _ -> halted = true;
            case VcpuStop.Crashed crash -> report(crash);
        }
    }

    private void report(VcpuStop.Crashed crash) {
        crashed = true;
        LOG.log(System.Logger.Level.ERROR, "Guest crashed: vcpu=" + index + " " + crash);
        try {
            group.listener().crashed(index, crash);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "Crash listener failed: vcpu=" + index, e);
        }
    }

    /** A device or an engine threw: the guest cannot go on, the VMM can. */
    private VcpuStop.Crashed crashFrom(VcpuEngine own, Throwable cause) {
        if (!(cause instanceof GuestCrashException)) {
            LOG.log(System.Logger.Level.ERROR, "vCPU failed: vcpu=" + index, cause);
        }
        save(own);
        return new VcpuStop.Crashed(state.instructionAddress(), "", String.valueOf(cause));
    }
}
