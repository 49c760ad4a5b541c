package io.jvmm.device;

import io.jvmm.stream.NanoClock;

/**
 * A paravirtual clock by which a guest measures its own pauses: the host's monotonic clock in
 * nanoseconds. It does not stop with the guest and goes on across a migration within one host;
 * between two hosts it jumps.
 *
 * <p>Each vCPU has two 32-bit ports of its own: reading {@code PORT + 8 * vcpu} latches the time
 * and gives its lower half, reading {@code PORT + 8 * vcpu + 4} gives the upper half of the latched
 * time. The latch migrates, so that a guest stopped between the two does not read a torn time.
 */
public final class PauseClock implements PortDevice {

    /** The first port. */
    public static final int PORT = 0xB00;

    /** Ports per vCPU. */
    public static final int PORTS_PER_VCPU = 8;

    private final NanoClock clock;
    private final PauseClockState state;

    /**
     * A clock for so many vCPUs.
     *
     * @param clock the host's
     * @param vcpus how many
     */
    public PauseClock(NanoClock clock, int vcpus) {
        this.clock = clock;
        this.state = new PauseClockState(vcpus);
    }

    /**
     * Where it sits.
     *
     * @return all of its ports
     */
    public PortRange ports() {
        return new PortRange(PORT, PORTS_PER_VCPU * state.latched.length, this);
    }

    /**
     * What migrates; to be touched only while the vCPUs are stopped.
     *
     * @return the live registers
     */
    public PauseClockState state() {
        return state;
    }

    @Override
    public long read(int offset, int size) {
        int vcpu = offset / PORTS_PER_VCPU;
        int register = offset % PORTS_PER_VCPU;
        if (size != Integer.BYTES || register % Integer.BYTES != 0) {
            return -1;
        }
        if (register == 0) {
            state.latched[vcpu] = clock.nanoTime();
            return state.latched[vcpu] & 0xFFFF_FFFFL;
        }
        return state.latched[vcpu] >>> Integer.SIZE;
    }

    /** The clock cannot be set. */
    @Override
    public void write(int offset, int size, long value) {}
}
