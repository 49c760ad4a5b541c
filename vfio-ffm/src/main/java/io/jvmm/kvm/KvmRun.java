package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.VarHandle;

/**
 * The memory that a processor shares with KVM ({@code struct kvm_run}): why it left the guest, and
 * with what. One view, valid until the next {@link KvmVcpu#run}; the accessors of an exit mean
 * something only after that exit.
 *
 * <p>For the thread of the processor; {@link #requestExit} is for any.
 */
public final class KvmRun {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_BYTE.withName("request_interrupt_window"),
                            JAVA_BYTE.withName("immediate_exit"),
                            MemoryLayout.sequenceLayout(6, JAVA_BYTE).withName("padding1"),
                            JAVA_INT.withName("exit_reason"),
                            JAVA_BYTE.withName("ready_for_interrupt_injection"),
                            JAVA_BYTE.withName("if_flag"),
                            JAVA_SHORT.withName("flags"),
                            JAVA_LONG.withName("cr8"),
                            JAVA_LONG.withName("apic_base"))
                    .withName("kvm_run");

    /** Member {@code io} of the union behind the common part. */
    static final StructLayout IO =
            MemoryLayout.structLayout(
                    JAVA_BYTE.withName("direction"),
                    JAVA_BYTE.withName("size"),
                    JAVA_SHORT.withName("port"),
                    JAVA_INT.withName("count"),
                    JAVA_LONG.withName("data_offset"));

    /** Member {@code mmio}. */
    static final StructLayout MMIO =
            MemoryLayout.structLayout(
                    JAVA_LONG.withName("phys_addr"),
                    MemoryLayout.sequenceLayout(8, JAVA_BYTE).withName("data"),
                    JAVA_INT.withName("len"),
                    JAVA_BYTE.withName("is_write"));

    private static final long IMMEDIATE_EXIT = Structs.offset(LAYOUT, "immediate_exit");
    private static final long EXIT_REASON = Structs.offset(LAYOUT, "exit_reason");
    private static final long UNION = LAYOUT.byteSize();
    private static final long IO_DIRECTION = UNION + Structs.offset(IO, "direction");
    private static final long IO_SIZE = UNION + Structs.offset(IO, "size");
    private static final long IO_PORT = UNION + Structs.offset(IO, "port");
    private static final long IO_COUNT = UNION + Structs.offset(IO, "count");
    private static final long IO_DATA = UNION + Structs.offset(IO, "data_offset");
    private static final long MMIO_ADDRESS = UNION + Structs.offset(MMIO, "phys_addr");
    private static final long MMIO_DATA = UNION + Structs.offset(MMIO, "data");
    private static final long MMIO_LENGTH = UNION + Structs.offset(MMIO, "len");
    private static final long MMIO_WRITE = UNION + Structs.offset(MMIO, "is_write");

    private static final int KVM_EXIT_IO_OUT = 1;

    private static final VarHandle BYTE = JAVA_BYTE.varHandle();

    private final MemorySegment memory;

    KvmRun(MemorySegment memory) {
        this.memory = memory;
    }

    /**
     * Makes the next entry into the guest return at once, with the instruction in progress
     * complete. A guest that runs already does not notice: its thread needs a signal beside it. Any
     * thread; allocates nothing.
     */
    public void requestExit() {
        BYTE.setVolatile(memory, IMMEDIATE_EXIT, (byte) 1);
    }

    /**
     * Takes {@link #requestExit} back. Whoever looks at a flag after this call sees it, if it was
     * set before a request that this call took back.
     */
    public void clearExitRequest() {
        BYTE.setVolatile(memory, IMMEDIATE_EXIT, (byte) 0);
    }

    /**
     * Why the guest was left.
     *
     * @return the reason
     * @throws IllegalArgumentException if the kernel gives one that is unknown here
     */
    public KvmExitReason exitReason() {
        return KvmExitReason.fromCode(memory.get(JAVA_INT, EXIT_REASON));
    }

    /**
     * {@link KvmExitReason#IO}: whether the guest writes.
     *
     * @return true for OUT, false for IN
     */
    public boolean ioOut() {
        return memory.get(JAVA_BYTE, IO_DIRECTION) == KVM_EXIT_IO_OUT;
    }

    /**
     * {@link KvmExitReason#IO}: the width of an access.
     *
     * @return 1, 2 or 4 bytes
     */
    public int ioSize() {
        return memory.get(JAVA_BYTE, IO_SIZE);
    }

    /**
     * {@link KvmExitReason#IO}: the port.
     *
     * @return 0 to 0xFFFF
     */
    public int ioPort() {
        return Short.toUnsignedInt(memory.get(JAVA_SHORT, IO_PORT));
    }

    /**
     * {@link KvmExitReason#IO}: number of accesses, more than one for a string instruction.
     *
     * @return 1 or more
     */
    public int ioCount() {
        return memory.get(JAVA_INT, IO_COUNT);
    }

    /**
     * {@link KvmExitReason#IO}: what the guest writes.
     *
     * @param access which of the accesses
     * @return the value, zero-extended
     */
    public long ioData(int access) {
        return read(memory.get(JAVA_LONG, IO_DATA) + (long) access * ioSize(), ioSize());
    }

    /**
     * {@link KvmExitReason#IO}: answers what the guest reads.
     *
     * @param access which of the accesses
     * @param value the value, in its low bytes
     */
    public void setIoData(int access, long value) {
        write(memory.get(JAVA_LONG, IO_DATA) + (long) access * ioSize(), ioSize(), value);
    }

    /**
     * {@link KvmExitReason#MMIO}: whether the guest writes.
     *
     * @return true for a write
     */
    public boolean mmioWrite() {
        return memory.get(JAVA_BYTE, MMIO_WRITE) != 0;
    }

    /**
     * {@link KvmExitReason#MMIO}: where.
     *
     * @return guest-physical address
     */
    public long mmioAddress() {
        return memory.get(JAVA_LONG, MMIO_ADDRESS);
    }

    /**
     * {@link KvmExitReason#MMIO}: the width of the access.
     *
     * @return 1 to 8 bytes
     */
    public int mmioLength() {
        return memory.get(JAVA_INT, MMIO_LENGTH);
    }

    /**
     * {@link KvmExitReason#MMIO}: what the guest writes.
     *
     * @return the value, zero-extended
     */
    public long mmioData() {
        return memory.get(JAVA_LONG_UNALIGNED, MMIO_DATA) & mask(mmioLength());
    }

    /**
     * {@link KvmExitReason#MMIO}: answers what the guest reads.
     *
     * @param value the value, in its low bytes
     */
    public void setMmioData(long value) {
        memory.set(JAVA_LONG_UNALIGNED, MMIO_DATA, value);
    }

    /**
     * {@link KvmExitReason#INTERNAL_ERROR}: what KVM could not do.
     *
     * @return {@code KVM_INTERNAL_ERROR_}, 1 = emulation
     */
    public int internalSuberror() {
        return memory.get(JAVA_INT, UNION);
    }

    /**
     * {@link KvmExitReason#FAIL_ENTRY} and {@link KvmExitReason#UNKNOWN}: the hardware's own
     * reason.
     *
     * @return a number of the processor's manual
     */
    public long hardwareReason() {
        return memory.get(JAVA_LONG, UNION);
    }

    private long read(long offset, int size) {
        return switch (size) {
            case 1 -> Byte.toUnsignedLong(memory.get(JAVA_BYTE, offset));
            case 2 -> Short.toUnsignedLong(memory.get(JAVA_SHORT_UNALIGNED, offset));
            case 4 -> Integer.toUnsignedLong(memory.get(JAVA_INT_UNALIGNED, offset));
            default ->
                    throw new IllegalStateException("Not the width of a port access: size=" + size);
        };
    }

    private void write(long offset, int size, long value) {
        switch (size) {
            case 1 -> memory.set(JAVA_BYTE, offset, (byte) value);
            case 2 -> memory.set(JAVA_SHORT_UNALIGNED, offset, (short) value);
            case 4 -> memory.set(JAVA_INT_UNALIGNED, offset, (int) value);
            default ->
                    throw new IllegalStateException("Not the width of a port access: size=" + size);
        }
    }

    private static long mask(int bytes) {
        return bytes >= Long.BYTES ? -1 : (1L << (bytes * Byte.SIZE)) - 1;
    }
}
