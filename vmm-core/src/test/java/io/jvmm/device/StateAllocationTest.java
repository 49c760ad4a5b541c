package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jvmm.guest.CpuState;
import io.jvmm.savevm.LoadListener;
import io.jvmm.savevm.SavePhases;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.StateLoader;
import io.jvmm.savevm.StateSaver;
import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import io.jvmm.savevm.ram.RamHandlers;
import io.jvmm.stream.ByteSink;
import io.jvmm.stream.ByteSource;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.CapabilityRules;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * While the guest is down nothing is allocated: measured on the whole stop side and the whole load
 * side. An allocation in our code would show in every run. What the JDK allocates now and then on
 * its own, when it links or compiles a memory access, does not: so the least of several runs
 * counts.
 */
class StateAllocationTest {
    private static final int RUNS = 8;
    private static final long RAM_SIZE = 1 << 20;
    private static final Configuration NONE = Configuration.ofMachine("none");
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MemorySegment wire = Arena.ofAuto().allocate(16 << 20);
    private long written;
    private long read;
    private long allocatedAtStart;
    private long allocatedAtEnd;

    @Test
    void shouldAllocateNothingBetweenStopAndStart() {
        Machine source = new Machine();
        Machine target = new Machine();
        long leastSaving = Long.MAX_VALUE;
        long leastLoading = Long.MAX_VALUE;
        for (int i = 0; i < RUNS; i++) {
            leastSaving = Math.min(leastSaving, save(source));
            leastLoading = Math.min(leastLoading, load(target));
        }
        assertThat(leastSaving).as("bytes allocated by saving").isZero();
        assertThat(leastLoading).as("bytes allocated by loading").isZero();
        assertThat(target.ram.memory().mismatch(source.ram.memory())).isEqualTo(-1);
    }

    /** Saves a migration; gives the bytes allocated from the stop on. */
    private long save(Machine machine) {
        written = 0;
        ByteSink sink =
                buffers -> {
                    for (int i = 0; i < buffers.count(); i++) {
                        MemorySegment.copy(
                                buffers.segment(i),
                                buffers.offset(i),
                                wire,
                                written,
                                buffers.length(i));
                        written += buffers.length(i);
                    }
                    buffers.consume(buffers.byteSize());
                };
        StateSaver saver = new StateSaver(new StreamWriter(sink), machine.registry, NONE);
        SavePhases phases = new NoPhases();
        saver.writeHeader();
        saver.setup();
        saver.prepare();
        while (!saver.iterate()) {}
        long before = THREADS.getCurrentThreadAllocatedBytes();
        machine.global.set("running");
        saver.finalSync();
        saver.completeIterables(phases);
        saver.saveDevices(phases);
        saver.finish();
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        saver.cleanup();
        return allocated;
    }

    /** Loads it; gives the bytes allocated from the end of the first section to the end. */
    private long load(Machine machine) {
        read = 0;
        allocatedAtStart = -1;
        ByteSource source =
                (into, offset, length) -> {
                    long part = Math.min(length, written - read);
                    MemorySegment.copy(wire, read, into, offset, part);
                    read += part;
                    return part;
                };
        new StateLoader(
                        new StreamReader(source),
                        machine.registry,
                        NONE,
                        new CapabilityRules(Set.of(), Set.of()),
                        new Measuring())
                .load();
        return allocatedAtEnd - allocatedAtStart;
    }

    /** RAM with zero pages and data, of which every second page is written while it is saved. */
    private static final class Machine implements DirtyLog {
        final RamBlock ram =
                new RamBlock("ram", Arena.ofAuto().allocate(RAM_SIZE, RamBlock.PAGE_SIZE));
        final GlobalState global = new GlobalState();
        final SaveVmRegistry registry = new SaveVmRegistry();

        Machine() {
            ram.memory().asSlice(RAM_SIZE / 2).fill((byte) 7);
            NanoClock clock = NanoClock.system();
            registry.register(
                    new RamHandlers(() -> List.of(ram), this, new RateLimit(clock), clock));
            registry.register(0, TimerState.DESCRIPTION, new TimerState());
            for (int i = 0; i < 2; i++) {
                CpuState cpu = new CpuState();
                cpu.tscKhz = 1;
                CpuSections.register(registry, i, cpu);
            }
            registry.register(0, SerialSection.DESCRIPTION, new SerialState());
            registry.register(0, GlobalState.DESCRIPTION, global);
        }

        @Override
        public void start() {}

        @Override
        public void sync(RamBlock block, DirtyBitmap into) {
            for (long page = 0; page < block.pages(); page += 2) {
                into.set(page);
            }
        }

        @Override
        public void stop() {}
    }

    private static final class NoPhases implements SavePhases {
        @Override
        public void enter(String section) {}

        @Override
        public void leave() {}
    }

    private final class Measuring implements LoadListener {
        @Override
        public void command(VmCommand command) {}

        @Override
        public void sectionLoading(String name, int instanceId, SectionType type) {}

        @Override
        public void sectionLoaded(String name, int instanceId, SectionType type) {
            if (allocatedAtStart < 0) {
                allocatedAtStart = THREADS.getCurrentThreadAllocatedBytes();
            }
        }

        @Override
        public void endOfStream() {
            allocatedAtEnd = THREADS.getCurrentThreadAllocatedBytes();
        }
    }
}
