package io.jvmm.guest;

/**
 * What executes the instructions of one vCPU. Everything but {@link #kick} is called by the vCPU's
 * own thread, which is also the one that {@link Accelerator#createVcpu} ran on.
 */
public interface VcpuEngine extends AutoCloseable {

    /**
     * Runs the guest until it is kicked, halts or crashes. Port and MMIO accesses go to the bus.
     * When this returns, the last instruction is complete, including a port access that it made.
     *
     * <p>May return {@link VcpuStop#KICKED} although nobody kicked; the caller looks at its own
     * flags and calls again.
     *
     * @return why it stopped
     */
    VcpuStop run();

    /**
     * Makes {@link #run} return soon, from any thread, allocating nothing. A kick before {@code
     * run} makes the next {@code run} return at once; several kicks count as one. After {@link
     * #close} it does nothing.
     */
    void kick();

    /**
     * Writes the vCPU's state, all but {@link CpuState#halted}, which {@link VcpuGroup} keeps.
     * Allocates nothing.
     *
     * @param to filled completely
     */
    void saveState(CpuState to);

    /**
     * Sets the vCPU's state. Allocates nothing.
     *
     * @param from what {@link #saveState} gave, here or in another process
     */
    void loadState(CpuState from);

    /** Releases what the vCPU holds. */
    @Override
    void close();
}
