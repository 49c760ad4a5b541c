package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Fd;
import io.jvmm.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** The KVM of this host ({@code /dev/kvm}). Any thread. */
public final class Kvm implements AutoCloseable {
    /** The letter of all KVM requests. */
    static final int KVMIO = 0xAE;

    static final Ioctl KVM_GET_API_VERSION = Ioctl.none("KVM_GET_API_VERSION", KVMIO, 0x00);
    static final Ioctl KVM_CREATE_VM = Ioctl.none("KVM_CREATE_VM", KVMIO, 0x01);
    static final Ioctl KVM_CHECK_EXTENSION = Ioctl.none("KVM_CHECK_EXTENSION", KVMIO, 0x03);
    static final Ioctl KVM_GET_VCPU_MMAP_SIZE = Ioctl.none("KVM_GET_VCPU_MMAP_SIZE", KVMIO, 0x04);
    static final Ioctl KVM_GET_SUPPORTED_CPUID =
            Ioctl.readWrite("KVM_GET_SUPPORTED_CPUID", KVMIO, 0x05, KvmCpuid.HEADER.byteSize());

    static final Ioctl KVM_X86_GET_MCE_CAP_SUPPORTED =
            Ioctl.read("KVM_X86_GET_MCE_CAP_SUPPORTED", KVMIO, 0x9d, Long.BYTES);

    private static final String PATH = "/dev/kvm";
    private static final int API_VERSION = 12;

    private final Fd fd;

    private Kvm(Fd fd) {
        this.fd = fd;
    }

    /**
     * Opens the device.
     *
     * @return the host's KVM
     * @throws io.jvmm.linux.SyscallException if it cannot be opened
     * @throws IllegalStateException if it does not speak version 12 of the interface, the only one
     *     there has been
     */
    public static Kvm open() {
        Kvm kvm = new Kvm(Fd.open(PATH, Fd.READ_WRITE));
        long version = kvm.fd.ioctl(KVM_GET_API_VERSION, 0);
        if (version != API_VERSION) {
            kvm.close();
            throw new IllegalStateException(
                    "Unknown version of the KVM interface: version=" + version);
        }
        return kvm;
    }

    /**
     * Asks for a capability.
     *
     * @param capability what is wanted
     * @return 0 = absent, else its value, often 1
     */
    public int checkExtension(KvmCapability capability) {
        return (int) fd.ioctl(KVM_CHECK_EXTENSION, capability.code());
    }

    /**
     * The processor features that a guest can have here ({@code KVM_GET_SUPPORTED_CPUID}).
     *
     * @return a table that lives as long as it is reachable
     */
    public KvmCpuid supportedCpuid() {
        KvmCpuid table = KvmCpuid.allocate(Arena.ofAuto());
        fd.ioctl(KVM_GET_SUPPORTED_CPUID, table.segment());
        return table;
    }

    /**
     * What machine check can be here ({@code KVM_X86_GET_MCE_CAP_SUPPORTED}).
     *
     * @return flags of MSR 0x179
     */
    public long machineCheckCapabilities() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment capabilities = arena.allocate(JAVA_LONG);
            fd.ioctl(KVM_X86_GET_MCE_CAP_SUPPORTED, capabilities);
            return capabilities.get(JAVA_LONG, 0);
        }
    }

    /**
     * Makes a virtual machine without memory, processors or interrupt controllers.
     *
     * @return the machine
     * @throws io.jvmm.linux.SyscallException if the kernel refuses
     */
    public KvmVm createVm() {
        long runSize = fd.ioctl(KVM_GET_VCPU_MMAP_SIZE, 0);
        return new KvmVm(fd.ioctlFd(KVM_CREATE_VM, 0), runSize);
    }

    @Override
    public void close() {
        fd.close();
    }
}
