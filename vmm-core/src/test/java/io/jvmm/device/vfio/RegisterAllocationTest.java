package io.jvmm.device.vfio;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jvmm.device.pci.PciAddress;
import io.jvmm.device.pci.PciBus;
import io.jvmm.guest.GuestMemory;
import io.jvmm.vfio.DmaRegion;
import io.jvmm.vfio.user.VfioUserDevice;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a vCPU's access to a register of a served device allocates: the least of several runs. */
@Timeout(60)
class RegisterAllocationTest {
    private static final int RUNS = 8;
    private static final int ACCESSES = 200;
    private static final int PORTS = 0xC000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir private Path directory;

    @Test
    void shouldAllocateNothing() {
        Path socket = directory.resolve("uart");
        try (GuestMemory memory = GuestMemory.allocate("ram", 1 << 20);
                DeviceServer _ =
                        DeviceServer.start(
                                List.of(new DeviceServer.Offer(socket, DeviceProgram.uart())));
                VfioPciFunction function =
                        VfioPciFunction.attach(
                                new PciAddress(1),
                                VfioUserDevice.connect(socket),
                                new DmaRegion(0, memory.segment(), memory.file(), 0))) {
            PciBus bus = new PciBus(Map.of(new PciAddress(1), function));
            function.writeConfig(0x10, 4, PORTS);
            function.writeConfig(0x04, 2, 1);
            long least = Long.MAX_VALUE;
            for (int i = 0; i < RUNS; i++) {
                least = Math.min(least, access(bus));
            }
            assertThat(least).as("bytes allocated").isZero();
        }
    }

    private static long access(PciBus bus) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ACCESSES; i++) {
            bus.out(PORTS, 1, i);
            long status = bus.in(PORTS + 5, 1);
            long back = bus.in(PORTS, 1);
            if ((status & 1) == 0 || back != (i & 0xFF)) {
                throw new AssertionError("status=%d back=%d".formatted(status, back));
            }
        }
        return THREADS.getCurrentThreadAllocatedBytes() - before;
    }
}
