package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import io.jvmm.linux.Fd;
import io.jvmm.linux.Ioctl;
import io.jvmm.linux.Mapping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** A virtual machine. Any thread; closed after its processors. */
public final class KvmVm implements AutoCloseable {
    static final StructLayout MEMORY_REGION =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("slot"),
                            JAVA_INT.withName("flags"),
                            JAVA_LONG.withName("guest_phys_addr"),
                            JAVA_LONG.withName("memory_size"),
                            JAVA_LONG.withName("userspace_addr"))
                    .withName("kvm_userspace_memory_region");

    static final StructLayout ENABLE_CAP =
            MemoryLayout.structLayout(
                            JAVA_INT.withName("cap"),
                            JAVA_INT.withName("flags"),
                            MemoryLayout.sequenceLayout(4, JAVA_LONG).withName("args"),
                            MemoryLayout.sequenceLayout(8, JAVA_LONG).withName("pad"))
                    .withName("kvm_enable_cap");

    static final Ioctl KVM_CREATE_VCPU = Ioctl.none("KVM_CREATE_VCPU", Kvm.KVMIO, 0x41);
    static final Ioctl KVM_GET_DIRTY_LOG =
            Ioctl.write("KVM_GET_DIRTY_LOG", Kvm.KVMIO, 0x42, KvmDirtyBitmap.DIRTY_LOG.byteSize());
    static final Ioctl KVM_SET_USER_MEMORY_REGION =
            Ioctl.write("KVM_SET_USER_MEMORY_REGION", Kvm.KVMIO, 0x46, MEMORY_REGION.byteSize());
    static final Ioctl KVM_SET_TSS_ADDR = Ioctl.none("KVM_SET_TSS_ADDR", Kvm.KVMIO, 0x47);
    static final Ioctl KVM_ENABLE_CAP =
            Ioctl.write("KVM_ENABLE_CAP", Kvm.KVMIO, 0xa3, ENABLE_CAP.byteSize());
    static final Ioctl KVM_CLEAR_DIRTY_LOG =
            Ioctl.readWrite(
                    "KVM_CLEAR_DIRTY_LOG",
                    Kvm.KVMIO,
                    0xc0,
                    KvmDirtyBitmap.CLEAR_DIRTY_LOG.byteSize());

    private static final int KVM_MEM_LOG_DIRTY_PAGES = 1;
    private static final int KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE = 1;

    private final Fd fd;
    private final long runSize;

    KvmVm(Fd fd, long runSize) {
        this.fd = fd;
        this.runSize = runSize;
    }

    /**
     * Puts memory into the guest's physical address space, or changes whether its writes are logged
     * ({@code KVM_SET_USER_MEMORY_REGION}). The memory must stay mapped as long as the machine
     * exists.
     *
     * @param slot number of the memory slot
     * @param guestAddress guest-physical address of the first byte, a multiple of the page size
     * @param memory native memory, whole pages
     * @param logDirtyPages whether writes by the guest are logged
     * @throws io.jvmm.linux.SyscallException if the kernel refuses
     */
    public void setMemory(
            int slot, long guestAddress, MemorySegment memory, boolean logDirtyPages) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("A guest's memory is native memory: slot=" + slot);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment region = arena.allocate(MEMORY_REGION);
            region.set(JAVA_INT, Structs.offset(MEMORY_REGION, "slot"), slot);
            region.set(
                    JAVA_INT,
                    Structs.offset(MEMORY_REGION, "flags"),
                    logDirtyPages ? KVM_MEM_LOG_DIRTY_PAGES : 0);
            region.set(JAVA_LONG, Structs.offset(MEMORY_REGION, "guest_phys_addr"), guestAddress);
            region.set(JAVA_LONG, Structs.offset(MEMORY_REGION, "memory_size"), memory.byteSize());
            region.set(
                    JAVA_LONG, Structs.offset(MEMORY_REGION, "userspace_addr"), memory.address());
            fd.ioctl(KVM_SET_USER_MEMORY_REGION, region);
        }
    }

    /**
     * Gives Intel's KVM three pages for real mode ({@code KVM_SET_TSS_ADDR}); AMD's does not need
     * them.
     *
     * @param guestAddress guest-physical address below 4 GiB where no memory slot is
     * @throws io.jvmm.linux.SyscallException if the kernel refuses
     */
    public void setTssAddress(long guestAddress) {
        fd.ioctl(KVM_SET_TSS_ADDR, guestAddress);
    }

    /**
     * From now on reading the dirty log does not clear it ({@code
     * KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2}). Before the first slot is logged.
     *
     * @throws io.jvmm.linux.SyscallException if the kernel cannot
     */
    public void enableManualDirtyLogClear() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment enable = arena.allocate(ENABLE_CAP);
            enable.set(
                    JAVA_INT,
                    Structs.offset(ENABLE_CAP, "cap"),
                    KvmCapability.MANUAL_DIRTY_LOG_PROTECT2.code());
            enable.set(
                    JAVA_LONG,
                    Structs.offset(ENABLE_CAP, "args"),
                    KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE);
            fd.ioctl(KVM_ENABLE_CAP, enable);
        }
    }

    /**
     * Reads which pages of a slot have been written since they were last cleared ({@code
     * KVM_GET_DIRTY_LOG}). Allocates nothing.
     *
     * @param into replaced by the slot's bitmap
     * @throws io.jvmm.linux.SyscallException if the slot is not logged
     */
    public void readDirtyLog(KvmDirtyBitmap into) {
        fd.ioctl(KVM_GET_DIRTY_LOG, into.dirtyLog());
    }

    /**
     * Clears the pages of the slot whose bits are set, so that their next write is logged again
     * ({@code KVM_CLEAR_DIRTY_LOG}). Allocates nothing.
     *
     * @param pages the bitmap that {@link #readDirtyLog} filled
     * @throws io.jvmm.linux.SyscallException if clearing is not manual or the slot is not logged
     */
    public void clearDirtyLog(KvmDirtyBitmap pages) {
        fd.ioctl(KVM_CLEAR_DIRTY_LOG, pages.clearDirtyLog());
    }

    /**
     * Makes a virtual processor. The calling thread is the one that runs it.
     *
     * @param index its number, which is also its APIC's
     * @return the processor in its reset state
     * @throws io.jvmm.linux.SyscallException if the kernel refuses
     */
    public KvmVcpu createVcpu(int index) {
        Fd vcpu = fd.ioctlFd(KVM_CREATE_VCPU, index);
        try {
            return new KvmVcpu(vcpu, Mapping.of(vcpu, 0, runSize));
        } catch (RuntimeException e) {
            vcpu.close();
            throw e;
        }
    }

    @Override
    public void close() {
        fd.close();
    }
}
