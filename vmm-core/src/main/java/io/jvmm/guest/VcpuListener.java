package io.jvmm.guest;

/** Hears from the vCPUs of a group what the group itself does not decide. */
@FunctionalInterface
public interface VcpuListener {

    /**
     * A vCPU has crashed; it will not run again until another state is loaded into it. Called on
     * the vCPU's thread: may call {@link VcpuGroup#requestStop}, must not wait for the stop.
     *
     * @param vcpu its index
     * @param crash what happened
     */
    void crashed(int vcpu, VcpuStop.Crashed crash);
}
