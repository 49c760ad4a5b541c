package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Errno;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Ioctl;
import io.jvmm.linux.Mapping;
import io.jvmm.linux.SyscallException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A virtual processor. All methods belong to the thread that created it; {@link #exit()} names what
 * other threads may do. Reading and writing state allocates nothing.
 */
public final class KvmVcpu implements AutoCloseable {
    static final StructLayout TRANSLATION =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("linear_address"),
                            JAVA_LONG.withName("physical_address"),
                            JAVA_BYTE.withName("valid"),
                            JAVA_BYTE.withName("writeable"),
                            JAVA_BYTE.withName("usermode"),
                            MemoryLayout.sequenceLayout(5, JAVA_BYTE).withName("pad"))
                    .withName("kvm_translation");

    static final Ioctl KVM_RUN = Ioctl.none("KVM_RUN", Kvm.KVMIO, 0x80);
    static final Ioctl KVM_GET_REGS = read("KVM_GET_REGS", 0x81, KvmRegs.LAYOUT);
    static final Ioctl KVM_SET_REGS = write("KVM_SET_REGS", 0x82, KvmRegs.LAYOUT);
    static final Ioctl KVM_GET_SREGS = read("KVM_GET_SREGS", 0x83, KvmSregs.LAYOUT);
    static final Ioctl KVM_SET_SREGS = write("KVM_SET_SREGS", 0x84, KvmSregs.LAYOUT);
    static final Ioctl KVM_TRANSLATE =
            Ioctl.readWrite("KVM_TRANSLATE", Kvm.KVMIO, 0x85, TRANSLATION.byteSize());
    static final Ioctl KVM_GET_MSRS =
            Ioctl.readWrite("KVM_GET_MSRS", Kvm.KVMIO, 0x88, KvmMsrs.HEADER.byteSize());
    static final Ioctl KVM_SET_MSRS = write("KVM_SET_MSRS", 0x89, KvmMsrs.HEADER);
    static final Ioctl KVM_SET_CPUID2 = write("KVM_SET_CPUID2", 0x90, KvmCpuid.HEADER);
    static final Ioctl KVM_GET_MP_STATE = read("KVM_GET_MP_STATE", 0x98, KvmMpState.LAYOUT);
    static final Ioctl KVM_SET_MP_STATE = write("KVM_SET_MP_STATE", 0x99, KvmMpState.LAYOUT);
    static final Ioctl KVM_X86_SETUP_MCE =
            Ioctl.write("KVM_X86_SETUP_MCE", Kvm.KVMIO, 0x9c, Long.BYTES);
    static final Ioctl KVM_GET_VCPU_EVENTS =
            read("KVM_GET_VCPU_EVENTS", 0x9f, KvmVcpuEvents.LAYOUT);
    static final Ioctl KVM_SET_VCPU_EVENTS =
            write("KVM_SET_VCPU_EVENTS", 0xa0, KvmVcpuEvents.LAYOUT);
    static final Ioctl KVM_GET_DEBUGREGS = read("KVM_GET_DEBUGREGS", 0xa1, KvmDebugRegs.LAYOUT);
    static final Ioctl KVM_SET_DEBUGREGS = write("KVM_SET_DEBUGREGS", 0xa2, KvmDebugRegs.LAYOUT);
    static final Ioctl KVM_SET_TSC_KHZ = Ioctl.none("KVM_SET_TSC_KHZ", Kvm.KVMIO, 0xa2);
    static final Ioctl KVM_GET_TSC_KHZ = Ioctl.none("KVM_GET_TSC_KHZ", Kvm.KVMIO, 0xa3);
    static final Ioctl KVM_GET_XSAVE = read("KVM_GET_XSAVE", 0xa4, KvmXsave.LAYOUT);
    static final Ioctl KVM_SET_XSAVE = write("KVM_SET_XSAVE", 0xa5, KvmXsave.LAYOUT);
    static final Ioctl KVM_GET_XCRS = read("KVM_GET_XCRS", 0xa6, KvmXcrs.LAYOUT);
    static final Ioctl KVM_SET_XCRS = write("KVM_SET_XCRS", 0xa7, KvmXcrs.LAYOUT);

    private static final long INTERRUPTED = -Errno.EINTR.code();

    private final Fd fd;
    private final Mapping shared;
    private final KvmRun exit;

    KvmVcpu(Fd fd, Mapping shared) {
        this.fd = fd;
        this.shared = shared;
        this.exit = new KvmRun(shared.segment());
    }

    private static Ioctl read(String name, int number, MemoryLayout argument) {
        return Ioctl.read(name, Kvm.KVMIO, number, argument.byteSize());
    }

    private static Ioctl write(String name, int number, MemoryLayout argument) {
        return Ioctl.write(name, Kvm.KVMIO, number, argument.byteSize());
    }

    /**
     * Runs the guest until it needs the VMM ({@code KVM_RUN}).
     *
     * @return true: {@link #exit()} says why; false: a signal or {@link KvmRun#requestExit} ended
     *     it, and the last instruction is complete
     * @throws SyscallException if the processor cannot run
     */
    public boolean run() {
        long result = fd.tryIoctl(KVM_RUN, 0);
        if (result < 0 && result != INTERRUPTED) {
            throw new SyscallException("KVM_RUN", Errno.fromCode((int) -result), fd.toString());
        }
        return result >= 0;
    }

    /**
     * The last exit.
     *
     * @return the same view at every call
     */
    public KvmRun exit() {
        return exit;
    }

    /**
     * Chooses the processor's features ({@code KVM_SET_CPUID2}), before it first runs.
     *
     * @param table a table from {@link Kvm#supportedCpuid}, perhaps changed
     */
    public void setCpuid(KvmCpuid table) {
        fd.ioctl(KVM_SET_CPUID2, table.segment());
    }

    /**
     * Gives the processor machine-check banks ({@code KVM_X86_SETUP_MCE}).
     *
     * @param capabilities MSR 0x179: the number of banks in the low byte, and flags of {@link
     *     Kvm#machineCheckCapabilities}
     */
    public void setUpMachineCheck(long capabilities) {
        try (Arena arena = Arena.ofConfined()) {
            fd.ioctl(KVM_X86_SETUP_MCE, arena.allocateFrom(JAVA_LONG, capabilities));
        }
    }

    /**
     * Frequency of the time stamp counter ({@code KVM_GET_TSC_KHZ}).
     *
     * @return kHz
     */
    public long tscKhz() {
        return fd.ioctl(KVM_GET_TSC_KHZ, 0);
    }

    /**
     * Asks for another frequency of the time stamp counter ({@code KVM_SET_TSC_KHZ}).
     *
     * @param kiloHertz the frequency wanted
     * @return false if the hardware cannot
     */
    public boolean setTscKhz(long kiloHertz) {
        return fd.tryIoctl(KVM_SET_TSC_KHZ, kiloHertz) >= 0;
    }

    /**
     * Reads the general registers ({@code KVM_GET_REGS}).
     *
     * @param into filled
     */
    public void getRegs(KvmRegs into) {
        fd.ioctl(KVM_GET_REGS, into.segment());
    }

    /**
     * Writes the general registers ({@code KVM_SET_REGS}).
     *
     * @param from what to write
     * @throws SyscallException if the kernel refuses a value
     */
    public void setRegs(KvmRegs from) {
        fd.ioctl(KVM_SET_REGS, from.segment());
    }

    /**
     * Reads the segment, table and control registers ({@code KVM_GET_SREGS}).
     *
     * @param into filled
     */
    public void getSregs(KvmSregs into) {
        fd.ioctl(KVM_GET_SREGS, into.segment());
    }

    /**
     * Writes the segment, table and control registers ({@code KVM_SET_SREGS}).
     *
     * @param from what to write
     * @throws SyscallException if the kernel refuses a value
     */
    public void setSregs(KvmSregs from) {
        fd.ioctl(KVM_SET_SREGS, from.segment());
    }

    /**
     * Reads the x87, SSE and AVX registers ({@code KVM_GET_XSAVE}).
     *
     * @param into filled
     */
    public void getXsave(KvmXsave into) {
        fd.ioctl(KVM_GET_XSAVE, into.segment());
    }

    /**
     * Writes the x87, SSE and AVX registers ({@code KVM_SET_XSAVE}).
     *
     * @param from what to write
     * @throws SyscallException if the kernel refuses a value
     */
    public void setXsave(KvmXsave from) {
        fd.ioctl(KVM_SET_XSAVE, from.segment());
    }

    /**
     * Reads the extended control registers ({@code KVM_GET_XCRS}).
     *
     * @param into filled
     */
    public void getXcrs(KvmXcrs into) {
        fd.ioctl(KVM_GET_XCRS, into.segment());
    }

    /**
     * Writes the extended control registers ({@code KVM_SET_XCRS}).
     *
     * @param from what to write
     * @throws SyscallException if the kernel refuses a value
     */
    public void setXcrs(KvmXcrs from) {
        fd.ioctl(KVM_SET_XCRS, from.segment());
    }

    /**
     * Reads the pending events ({@code KVM_GET_VCPU_EVENTS}).
     *
     * @param into filled
     */
    public void getVcpuEvents(KvmVcpuEvents into) {
        fd.ioctl(KVM_GET_VCPU_EVENTS, into.segment());
    }

    /**
     * Writes the pending events ({@code KVM_SET_VCPU_EVENTS}).
     *
     * @param from what to write
     * @throws SyscallException if the kernel refuses a value
     */
    public void setVcpuEvents(KvmVcpuEvents from) {
        fd.ioctl(KVM_SET_VCPU_EVENTS, from.segment());
    }

    /**
     * Reads the state of the processor ({@code KVM_GET_MP_STATE}).
     *
     * @param into filled
     */
    public void getMpState(KvmMpState into) {
        fd.ioctl(KVM_GET_MP_STATE, into.segment());
    }

    /**
     * Writes the state of the processor ({@code KVM_SET_MP_STATE}).
     *
     * @param from what to write
     * @throws SyscallException if the kernel refuses a value
     */
    public void setMpState(KvmMpState from) {
        fd.ioctl(KVM_SET_MP_STATE, from.segment());
    }

    /**
     * Reads the debug registers ({@code KVM_GET_DEBUGREGS}).
     *
     * @param into filled
     */
    public void getDebugRegs(KvmDebugRegs into) {
        fd.ioctl(KVM_GET_DEBUGREGS, into.segment());
    }

    /**
     * Writes the debug registers ({@code KVM_SET_DEBUGREGS}).
     *
     * @param from what to write
     * @throws SyscallException if the kernel refuses a value
     */
    public void setDebugRegs(KvmDebugRegs from) {
        fd.ioctl(KVM_SET_DEBUGREGS, from.segment());
    }

    /**
     * Reads model specific registers ({@code KVM_GET_MSRS}).
     *
     * @param list which ones; filled from the front
     * @return how many were read; the next one is refused
     */
    public int getMsrs(KvmMsrs list) {
        return (int) fd.ioctl(KVM_GET_MSRS, list.segment());
    }

    /**
     * Writes model specific registers ({@code KVM_SET_MSRS}).
     *
     * @param list their numbers and values
     * @return how many were written; the next one is refused
     */
    public int setMsrs(KvmMsrs list) {
        return (int) fd.ioctl(KVM_SET_MSRS, list.segment());
    }

    /**
     * Walks the guest's page tables ({@code KVM_TRANSLATE}). Allocates.
     *
     * @param linearAddress a linear address
     * @return the guest-physical address, or -1 if there is none
     */
    public long translate(long linearAddress) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment struct = arena.allocate(TRANSLATION);
            struct.set(JAVA_LONG, Structs.offset(TRANSLATION, "linear_address"), linearAddress);
            fd.ioctl(KVM_TRANSLATE, struct);
            boolean valid = struct.get(JAVA_BYTE, Structs.offset(TRANSLATION, "valid")) != 0;
            return valid
                    ? struct.get(JAVA_LONG, Structs.offset(TRANSLATION, "physical_address"))
                    : -1;
        }
    }

    /** Releases the processor. No other thread may use {@link #exit()} any more. */
    @Override
    public void close() {
        shared.close();
        fd.close();
    }
}
