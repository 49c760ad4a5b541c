package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jvmm.savevm.StateSaver;
import io.jvmm.stream.wire.SectionType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
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
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final MemorySegment wire = Arena.ofAuto().allocate(16 << 20);
    private long written;
    private long read;

    @Test
    void shouldAllocateNothingBetweenStopAndStart() {
        TestMachine source = new TestMachine(RAM_SIZE).withVcpusAndSerial(2);
        TestMachine target = new TestMachine(RAM_SIZE).withVcpusAndSerial(2);
        source.dirtyStep = 2;
        source.fillPattern();
        target.ram.memory().fill((byte) 1);
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

    /** Saves a machine; gives the bytes allocated from the stop on. */
    private long save(TestMachine machine) {
        written = 0;
        StateSaver saver =
                machine.startSaving(buffers -> {
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
                });
        long before = THREADS.getCurrentThreadAllocatedBytes();
        machine.global.set("running");
        TestMachine.finishSaving(saver);
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
        saver.cleanup();
        return allocated;
    }

    /** Loads it; gives the bytes allocated from the end of the first section to the end. */
    private long load(TestMachine machine) {
        read = 0;
        Measuring measuring = new Measuring();
        machine.load(
                (into, offset, length) -> {
                    long part = Math.min(length, written - read);
                    MemorySegment.copy(wire, read, into, offset, part);
                    read += part;
                    return part;
                },
                measuring);
        return measuring.allocatedAtEnd - measuring.allocatedAtStart;
    }

    private static final class Measuring extends TestMachine.SilentListener {
        private long allocatedAtStart = -1;
        private long allocatedAtEnd;

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
