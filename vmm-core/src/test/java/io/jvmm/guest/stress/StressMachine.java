package io.jvmm.guest.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.device.DeviceBytes;
import io.jvmm.device.PauseClock;
import io.jvmm.device.PortBus;
import io.jvmm.device.pci.PciAddress;
import io.jvmm.device.pci.PciBus;
import io.jvmm.device.vfio.FakeUart;
import io.jvmm.device.vfio.VfioPciFunction;
import io.jvmm.guest.Accelerator;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.VcpuGroup;
import io.jvmm.guest.VcpuStop;
import io.jvmm.savevm.ram.RamBlock;
import io.jvmm.stream.NanoClock;
import io.jvmm.vfio.DmaRegion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;

/** A machine with nothing but a pause clock, its vCPUs in the stress guest. */
final class StressMachine implements AutoCloseable {

    static final long RAM_SIZE = 8 << 20;

    final GuestMemory memory = GuestMemory.allocate("ram", RAM_SIZE);
    final PauseClock clock;
    final VcpuGroup vcpus;
    final ConcurrentLinkedQueue<VcpuStop.Crashed> crashes = new ConcurrentLinkedQueue<>();

    private final Map<PciAddress, VfioPciFunction> functions = new LinkedHashMap<>();
    private final Accelerator accelerator;

    StressMachine(Function<RamBlock, Accelerator> accelerators, NanoClock host, int count) {
        this(accelerators, host, count, List.of());
    }

    /** With serial ports in the slots from 3 on. */
    StressMachine(
            Function<RamBlock, Accelerator> accelerators,
            NanoClock host,
            int count,
            List<FakeUart> uarts) {
        accelerator = accelerators.apply(memory.block());
        clock = new PauseClock(host, count);
        DmaRegion ram = new DmaRegion(0, memory.segment(), memory.file(), 0);
        for (FakeUart uart : uarts) {
            PciAddress address = new PciAddress(3 + functions.size());
            functions.put(address, VfioPciFunction.attach(address, uart, ram));
        }
        PortBus bus = new PortBus(List.of(clock.ports()), new PciBus(functions));
        vcpus = new VcpuGroup(accelerator, bus, count, (_, crash) -> crashes.add(crash));
    }

    StressGuest install(int pages, int pagesPerSecond) {
        return install(pages, pagesPerSecond, 0);
    }

    StressGuest install(int pages, int pagesPerSecond, int uarts) {
        StressParameters parameters =
                new StressParameters(
                        StressParameters.DEFAULT_START,
                        pages * 4096L,
                        pagesPerSecond,
                        vcpus.count(),
                        PauseClock.PORT,
                        uarts);
        StressGuest guest = StressGuest.install(memory, parameters);
        for (int vcpu = 0; vcpu < vcpus.count(); vcpu++) {
            guest.prepare(vcpu, vcpus.state(vcpu));
            vcpus.load(vcpu, vcpus.state(vcpu));
        }
        return guest;
    }

    /** Takes over everything that migrates. */
    void loadFrom(StressMachine source) {
        memory.segment().copyFrom(source.memory.segment());
        for (int vcpu = 0; vcpu < vcpus.count(); vcpu++) {
            vcpus.load(vcpu, source.vcpus.state(vcpu));
            clock.state().latched[vcpu] = source.clock.state().latched[vcpu];
        }
        functions.forEach((address, function) -> loadConfig(function, source, address));
    }

    private static void loadConfig(
            VfioPciFunction function, StressMachine source, PciAddress address) {
        VfioPciFunction from = Objects.requireNonNull(source.functions.get(address));
        byte[] config =
                DeviceBytes.written(out -> {
                    from.saveConfig(out);
                    out.putU64(0);
                });
        function.loadConfig(DeviceBytes.reader(config));
    }

    void stop() {
        vcpus.requestStop();
        assertThat(vcpus.awaitStopped()).isTrue();
        assertThat(crashes).isEmpty();
    }

    /** Lets the guest run for about so long; it may have crashed. */
    void runFor(long nanos) {
        vcpus.resume();
        LockSupport.parkNanos(nanos);
        vcpus.requestStop();
        assertThat(vcpus.awaitStopped()).isTrue();
    }

    /** Lets the guest run until so many bytes have come back through its serial ports. */
    void runUntilReceived(StressGuest guest, long bytes) {
        vcpus.resume();
        while (received(guest) < bytes && crashes.isEmpty()) {
            LockSupport.parkNanos(100_000);
        }
        stop();
    }

    static long received(StressGuest guest) {
        return guest.report().uarts().stream().mapToLong(UartReport::bytes).sum();
    }

    /** Lets the guest run until its work counter has reached a number. */
    void runUntilWritten(StressGuest guest, long pages) {
        vcpus.resume();
        while (guest.report().pagesWritten() < pages && crashes.isEmpty()) {
            LockSupport.parkNanos(100_000);
        }
        stop();
    }

    @Override
    public void close() {
        vcpus.close();
        functions.values().forEach(VfioPciFunction::close);
        accelerator.close();
        memory.close();
    }
}
