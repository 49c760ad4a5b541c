package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.STOP;

import io.jvmm.linux.Fd;
import io.jvmm.linux.Mapping;
import io.jvmm.vfio.DmaLogging;
import io.jvmm.vfio.DmaRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The log of written memory: begins, reports while the device runs and when it has stopped, ends.
 */
final class DmaLoggingChecks {
    private static final long IOVA = 1 << 20;
    private static final long SIZE = 1 << 20;
    private static final long PAGE = 4096;

    private final Bench bench;
    private final Subject device;

    DmaLoggingChecks(Bench bench) {
        this.bench = bench;
        device = bench.source();
    }

    void run() {
        bench.log().check("DMA log", this::log);
    }

    private String log(Samples samples) {
        DmaLogging logging =
                device.backend()
                        .dmaLogging()
                        .orElseThrow(() -> new CheckSkippedException("the device keeps no log"));
        device.fresh();
        try (Fd file = Fd.memoryFile("vfio-check", SIZE);
                Mapping memory = Mapping.of(file, 0, SIZE)) {
            DmaRegion region = new DmaRegion(IOVA, memory.segment(), file, 0);
            act("map of memory", () -> device.backend().mapDma(region));
            try {
                return logged(logging, samples);
            } finally {
                device.fresh();
                act("unmap of memory", () -> device.backend().unmapDma(region));
            }
        }
    }

    private String logged(DmaLogging logging, Samples samples) {
        MemorySegment bitmap = Arena.ofAuto().allocate(SIZE / PAGE / Byte.SIZE, Long.BYTES);
        act("start of the log", () -> logging.start(IOVA, SIZE, PAGE));
        report(logging, bitmap, samples);
        device.go(STOP);
        report(logging, bitmap, samples);
        act("end of the log", logging::stop);
        device.fresh();
        act("second start of the log", () -> logging.start(IOVA, SIZE, PAGE));
        report(logging, bitmap, samples);
        act("second end of the log", logging::stop);
        return "";
    }

    private void report(DmaLogging logging, MemorySegment bitmap, Samples samples) {
        long start = System.nanoTime();
        act("report of the log", () -> logging.report(IOVA, SIZE, PAGE, bitmap));
        samples.add(System.nanoTime() - start);
    }

    private void act(String name, Runnable call) {
        device.step(
                name,
                () -> {
                    call.run();
                    return name;
                });
    }
}
