package io.jvmm.guest.stress;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.device.PauseClock;
import io.jvmm.device.PortBus;
import io.jvmm.guest.Accelerator;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.VcpuGroup;
import io.jvmm.guest.VcpuStop;
import io.jvmm.savevm.ram.RamBlock;
import io.jvmm.stream.NanoClock;
import java.util.List;
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

    private final Accelerator accelerator;

    StressMachine(Function<RamBlock, Accelerator> accelerators, NanoClock host, int count) {
        accelerator = accelerators.apply(memory.block());
        clock = new PauseClock(host, count);
        PortBus bus = new PortBus(List.of(clock.ports()));
        vcpus = new VcpuGroup(accelerator, bus, count, (_, crash) -> crashes.add(crash));
    }

    StressGuest install(int pages, int pagesPerSecond) {
        StressParameters parameters =
                new StressParameters(
                        StressParameters.DEFAULT_START,
                        pages * 4096L,
                        pagesPerSecond,
                        vcpus.count(),
                        PauseClock.PORT);
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
        accelerator.close();
        memory.close();
    }
}
