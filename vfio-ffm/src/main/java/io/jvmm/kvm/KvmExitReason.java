package io.jvmm.kvm;

import java.util.Arrays;

/** Why the guest was left ({@code KVM_EXIT_…}); those that x86 can give. */
public enum KvmExitReason {
    /** The hardware gave a reason that KVM does not know. */
    UNKNOWN(0),
    /** An exception that KVM does not handle. */
    EXCEPTION(1),
    /** An access to a port. */
    IO(2),
    /** A hypercall for the VMM. */
    HYPERCALL(3),
    /** A debug event. */
    DEBUG(4),
    /** The processor halted. */
    HLT(5),
    /** An access to memory that no slot covers. */
    MMIO(6),
    /** An interrupt can be injected now. */
    IRQ_WINDOW_OPEN(7),
    /** The processor shut down: triple fault. */
    SHUTDOWN(8),
    /** The hardware refused to enter the guest. */
    FAIL_ENTRY(9),
    /** A signal arrived. */
    INTR(10),
    /** The task priority changed. */
    SET_TPR(11),
    /** The guest accessed its task priority. */
    TPR_ACCESS(12),
    /** A non-maskable interrupt of the host. */
    NMI(16),
    /** KVM cannot go on, for example an instruction it cannot emulate. */
    INTERNAL_ERROR(17),
    /** The guest asked for a reset or a shutdown. */
    SYSTEM_EVENT(24),
    /** The end of an interrupt for the VMM's I/O APIC. */
    IOAPIC_EOI(26),
    /** A Hyper-V hypercall. */
    HYPERV(27),
    /** A read of a model specific register that the VMM filters. */
    X86_RDMSR(29),
    /** A write of a model specific register that the VMM filters. */
    X86_WRMSR(30),
    /** The dirty ring is full. */
    DIRTY_RING_FULL(31),
    /** The guest locked the bus. */
    X86_BUS_LOCK(33),
    /** The guest kept the processor for too long without an exit. */
    NOTIFY(37),
    /** An access to memory that KVM could not make. */
    MEMORY_FAULT(39);

    private static final KvmExitReason[] BY_CODE = byCode();

    private final int code;

    KvmExitReason(int code) {
        this.code = code;
    }

    private static KvmExitReason[] byCode() {
        KvmExitReason[] all = values();
        KvmExitReason[] table = new KvmExitReason[all[all.length - 1].code + 1];
        Arrays.stream(all).forEach(reason -> table[reason.code] = reason);
        return table;
    }

    /**
     * The reason of a kernel number.
     *
     * @param code the number in {@code kvm_run}
     * @return the reason
     * @throws IllegalArgumentException if the number is unknown
     */
    public static KvmExitReason fromCode(int code) {
        KvmExitReason reason = code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
        if (reason == null) {
            throw new IllegalArgumentException("Unknown KVM exit reason: code=" + code);
        }
        return reason;
    }

    /**
     * The kernel's number.
     *
     * @return 0 or more
     */
    public int code() {
        return code;
    }
}
