package io.jvmm.guest.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.GuestCrashException;
import io.jvmm.guest.IoBus;
import io.jvmm.guest.VcpuEngine;
import io.jvmm.guest.VcpuStop;
import io.jvmm.kvm.KvmRun;
import io.jvmm.kvm.KvmVcpu;
import io.jvmm.linux.NativeThread;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.foreign.Arena;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One vCPU on KVM.
 *
 * <p>A kick sets {@code immediate_exit} and sends the thread a signal. The signal breaks a KVM_RUN
 * in progress, the byte makes the next one return; either way with EINTR, and with a port or MMIO
 * access complete that the VMM has just served. Only this thread takes the byte back, after each
 * EINTR, and its caller looks at its own flags afterwards: so no kick is lost.
 */
final class KvmVcpuEngine implements VcpuEngine {
    private static final int LONGEST_INSTRUCTION = 15;
    private static final int MOST_PENDING_ACCESSES = 64;

    private final KvmVcpu vcpu;
    private final KvmRun exit;
    private final IoBus bus;
    private final RamBlock ram;
    private final List<StatePart> parts;
    private final CpuState atCrash = new CpuState();
    private final int tid = NativeThread.tid();
    private long tscKhz;
    private boolean closed; // guarded by this

    KvmVcpuEngine(KvmVcpu vcpu, IoBus bus, RamBlock ram) {
        this.vcpu = vcpu;
        this.exit = vcpu.exit();
        this.bus = bus;
        this.ram = ram;
        Arena arena = Arena.ofAuto();
        this.parts =
                List.of( // in the order of loading
                        new SystemRegisters(arena, vcpu),
                        new ExtendedState(arena),
                        new ModelSpecificRegisters(arena, vcpu),
                        new GeneralRegisters(arena),
                        new DebugRegisters(arena),
                        new PendingEvents(arena));
        this.tscKhz = vcpu.tscKhz();
    }

    @Override
    public VcpuStop run() {
        while (true) {
            if (!vcpu.run()) {
                exit.clearExitRequest();
                return VcpuStop.KICKED;
            }
            VcpuStop stop = serve();
            if (stop != null) {
                return stop;
            }
        }
    }

    /** Does what the guest was left for; null = it can go on. */
    private @Nullable VcpuStop serve() {
        try {
            return switch (exit.exitReason()) {
                case IO -> servePort();
                case MMIO -> serveMemory();
                case HLT -> VcpuStop.HALTED;
                case INTR, IRQ_WINDOW_OPEN -> null;
                case SHUTDOWN -> crash("triple fault");
                case INTERNAL_ERROR ->
                        crash("KVM internal error: suberror=" + exit.internalSuberror());
                case FAIL_ENTRY, UNKNOWN ->
                        crash(
                                "KVM cannot enter the guest: reason=0x"
                                        + Long.toHexString(exit.hardwareReason()));
                case EXCEPTION,
                        HYPERCALL,
                        DEBUG,
                        SET_TPR,
                        TPR_ACCESS,
                        NMI,
                        SYSTEM_EVENT,
                        IOAPIC_EOI,
                        HYPERV,
                        X86_RDMSR,
                        X86_WRMSR,
                        DIRTY_RING_FULL,
                        X86_BUS_LOCK,
                        NOTIFY,
                        MEMORY_FAULT ->
                        crash("Unexpected KVM exit: reason=" + exit.exitReason());
            };
        } catch (GuestCrashException e) {
            VcpuStop.Crashed crash = crash(String.valueOf(e.getMessage()));
            completePendingAccess();
            return crash;
        }
    }

    private @Nullable VcpuStop servePort() {
        int port = exit.ioPort();
        int size = exit.ioSize();
        for (int i = 0; i < exit.ioCount(); i++) {
            if (exit.ioOut()) {
                bus.out(port, size, exit.ioData(i));
            } else {
                exit.setIoData(i, bus.in(port, size));
            }
        }
        return null;
    }

    /**
     * KVM may cut an access that crosses a page into pieces of odd lengths; the bus sees these as
     * bytes.
     */
    private @Nullable VcpuStop serveMemory() {
        int length = exit.mmioLength();
        int unit = Integer.bitCount(length) == 1 ? length : 1;
        long address = exit.mmioAddress();
        long data = exit.mmioWrite() ? exit.mmioData() : 0;
        for (int i = 0; i < length; i += unit) {
            int shift = i * Byte.SIZE;
            if (exit.mmioWrite()) {
                bus.writeMmio(address + i, unit, data >>> shift & mask(unit));
            } else {
                data |= (bus.readMmio(address + i, unit) & mask(unit)) << shift;
            }
        }
        if (!exit.mmioWrite()) {
            exit.setMmioData(data);
        }
        return null;
    }

    private static long mask(int bytes) {
        return -1L >>> (Long.SIZE - bytes * Byte.SIZE);
    }

    private VcpuStop.Crashed crash(String text) {
        saveState(atCrash);
        long address = atCrash.instructionAddress();
        return VcpuStop.Crashed.at(address, bytesAt(address), text);
    }

    private byte[] bytesAt(long linearAddress) {
        long address = vcpu.translate(linearAddress);
        if (address < 0 || address >= ram.length()) {
            return new byte[0];
        }
        long page = RamBlock.PAGE_SIZE - address % RamBlock.PAGE_SIZE;
        return ram.memory()
                .asSlice(address, Math.min(page, LONGEST_INSTRUCTION))
                .toArray(JAVA_BYTE);
    }

    /**
     * KVM would complete an access that nobody answered when another state runs; so it is done now,
     * with zeros.
     */
    private void completePendingAccess() {
        exit.requestExit();
        int tries = MOST_PENDING_ACCESSES;
        while (vcpu.run() && tries > 0) {
            tries--;
        }
        exit.clearExitRequest();
    }

    @Override
    public synchronized void kick() {
        if (!closed) {
            exit.requestExit();
            NativeThread.kick(tid);
        }
    }

    @Override
    public void saveState(CpuState to) {
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).save(vcpu, to);
        }
        to.tscKhz = tscKhz;
    }

    @Override
    public void loadState(CpuState from) {
        if (from.tscKhz != 0 && from.tscKhz != tscKhz && vcpu.setTscKhz(from.tscKhz)) {
            tscKhz = from.tscKhz;
        }
        for (int i = 0; i < parts.size(); i++) {
            parts.get(i).load(vcpu, from);
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        vcpu.close();
    }
}
