package io.jvmm.guest;

import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The vCPU threads of one guest, and the handshake that stops and resumes them. A new group is
 * stopped, its vCPUs in their reset state.
 *
 * <pre>
 *   owner          requestStop() ─► awaitStopped() ─► state(i), load(i, …) ─► resume()
 *   vcpu-N         leaves run(), saves its CpuState, parks                    runs on
 *   watch thread                       resume() at any moment
 * </pre>
 *
 * <p>Stop and resume act on all vCPUs as one atomic step, and neither allocates. A resume that
 * comes while the vCPUs are still stopping undoes the stop. It writes nothing: a vCPU goes on with
 * what it has, unless {@link #load} gave it another state, so a thread that is still reading {@link
 * #state} reads the state of the last stop until the next one.
 *
 * <p>{@link #awaitStopped}, {@link #awaitRunning}, {@link #load} and {@link #close} belong to one
 * thread at a time, the owner. {@link #requestStop} and {@link #resume} may come from any thread.
 */
public final class VcpuGroup implements AutoCloseable {

    private final RunGate gate = new RunGate();
    private final VcpuListener listener;
    private final Vcpu[] vcpus;
    private volatile @Nullable Thread waiter;

    /**
     * Starts the threads and waits until each has made its vCPU.
     *
     * @param accelerator makes the vCPUs
     * @param bus where their accesses go
     * @param count how many, at least 1
     * @param listener told of crashes
     * @throws VcpuException if a vCPU could not be made; no thread is left then
     */
    public VcpuGroup(Accelerator accelerator, IoBus bus, int count, VcpuListener listener) {
        if (count < 1) {
            throw new IllegalArgumentException("A guest needs a vCPU: count=" + count);
        }
        this.listener = listener;
        this.vcpus = new Vcpu[count];
        for (int i = 0; i < count; i++) {
            vcpus[i] = new Vcpu(i, this, accelerator, bus);
        }
        start();
    }

    private void start() {
        for (Vcpu vcpu : vcpus) {
            vcpu.thread().start();
        }
        try {
            awaitStopped();
        } catch (VcpuException e) {
            close();
            throw e;
        }
    }

    /**
     * Number of vCPUs.
     *
     * @return at least 1
     */
    public int count() {
        return vcpus.length;
    }

    /** Asks every vCPU to stop and returns at once. No effect if they are stopped. */
    public void requestStop() {
        gate.stop();
        for (Vcpu vcpu : vcpus) {
            vcpu.kick();
        }
        wakeWaiter();
    }

    /**
     * Waits until every vCPU is parked and has written its {@link #state}, or somebody has resumed
     * them meanwhile.
     *
     * @return true = stopped; false = a resume came first
     * @throws VcpuException if a vCPU's state could not be read
     */
    public boolean awaitStopped() {
        long ticket = gate.ticket();
        if (!RunGate.isStopped(ticket)) {
            return false;
        }
        waiter = Thread.currentThread();
        for (Vcpu vcpu : vcpus) {
            while (!vcpu.isStoppedAt(ticket) && gate.ticket() == ticket) {
                LockSupport.park(this);
            }
        }
        waiter = null;
        requireNoFailure("Cannot stop the vCPU");
        return gate.ticket() == ticket;
    }

    /** Lets every vCPU run on, and returns at once. No effect if they run. */
    public void resume() {
        gate.resume();
        for (Vcpu vcpu : vcpus) {
            vcpu.wake();
        }
        wakeWaiter();
    }

    /**
     * Waits until every vCPU has been entered, or waits for an interrupt; or until somebody stops
     * them. Returns at once if they are stopped.
     */
    public void awaitRunning() {
        long ticket = gate.ticket();
        if (RunGate.isStopped(ticket)) {
            return;
        }
        waiter = Thread.currentThread();
        for (Vcpu vcpu : vcpus) {
            while (!vcpu.isEnteredAt(ticket) && gate.ticket() == ticket) {
                LockSupport.park(this);
            }
        }
        waiter = null;
    }

    /**
     * Whether the group is stopped or about to be.
     *
     * @return false = running
     */
    public boolean isStopRequested() {
        return RunGate.isStopped(gate.ticket());
    }

    /**
     * The state a vCPU had when it last stopped.
     *
     * @param index which vCPU
     * @return the same object at every call, overwritten at each stop
     */
    public CpuState state(int index) {
        return vcpus[index].state();
    }

    /**
     * Sets the state of a stopped vCPU and waits until it is set.
     *
     * @param index which vCPU
     * @param from the new state, copied; may be {@link #state} itself
     * @throws VcpuException if the accelerator refuses the state
     * @throws IllegalStateException if the group is not stopped
     */
    public void load(int index, CpuState from) {
        Vcpu vcpu = vcpus[index];
        long ticket = gate.ticket();
        if (!RunGate.isStopped(ticket) || !vcpu.isStoppedAt(ticket)) {
            throw new IllegalStateException("The vCPU runs: vcpu=" + index);
        }
        if (from != vcpu.state()) {
            vcpu.state().copyFrom(from);
        }
        waiter = Thread.currentThread();
        vcpu.requestLoad();
        while (vcpu.isLoading()) {
            LockSupport.park(this);
        }
        waiter = null;
        requireNoFailure("Cannot set the vCPU");
    }

    /** Stops the vCPUs and ends their threads. Not from a vCPU thread. */
    @Override
    public void close() {
        gate.stop();
        for (Vcpu vcpu : vcpus) {
            vcpu.close();
        }
        boolean interrupted = false;
        for (Vcpu vcpu : vcpus) {
            interrupted |= join(vcpu.thread());
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    long ticket() {
        return gate.ticket();
    }

    VcpuListener listener() {
        return listener;
    }

    void wakeWaiter() {
        LockSupport.unpark(waiter);
    }

    private void requireNoFailure(String what) {
        for (int i = 0; i < vcpus.length; i++) {
            Throwable failure = vcpus[i].failure();
            if (failure != null) {
                throw new VcpuException(what + ": vcpu=" + i, failure);
            }
        }
    }

    private static boolean join(Thread thread) {
        boolean interrupted = false;
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
