package io.jvmm.kvm;

/** What a KVM can do beyond its first version ({@code KVM_CAP_…}). */
public enum KvmCapability {
    /** Saving the state of the processor's pending events ({@code KVM_CAP_VCPU_EVENTS}). */
    VCPU_EVENTS(41),
    /** Saving the debug registers ({@code KVM_CAP_DEBUGREGS}). */
    DEBUGREGS(50),
    /** Saving the extended state ({@code KVM_CAP_XSAVE}). */
    XSAVE(55),
    /** Saving the extended control registers ({@code KVM_CAP_XCRS}). */
    XCRS(56),
    /**
     * Another frequency of the time stamp counter than the host's ({@code KVM_CAP_TSC_CONTROL}).
     */
    TSC_CONTROL(60),
    /** Reading the frequency of the time stamp counter ({@code KVM_CAP_GET_TSC_KHZ}). */
    GET_TSC_KHZ(61),
    /** Leaving the guest at once at the next entry ({@code KVM_CAP_IMMEDIATE_EXIT}). */
    IMMEDIATE_EXIT(136),
    /** Reading the dirty log apart from clearing it ({@code KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2}). */
    MANUAL_DIRTY_LOG_PROTECT2(168);

    private final int code;

    KvmCapability(int code) {
        this.code = code;
    }

    /**
     * The kernel's number.
     *
     * @return a positive number
     */
    public int code() {
        return code;
    }
}
