package io.jvmm.benchmarks;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.Fd;
import io.jvmm.linux.Ioctl;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * {@code VFIO_DEVICE_FEATURE}, getting the migration state: the argument is filled, the call made,
 * errno looked at, as in each step of a device.
 *
 * <p>There is no device. The descriptor is an eventfd, whose driver refuses every request with
 * ENOTTY at once, so that the figure is the way there and back, on any machine.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class VfioIoctlBenchmark {
    static final Ioctl VFIO_DEVICE_FEATURE = Ioctl.none("VFIO_DEVICE_FEATURE", ';', 117);

    /** {@code vfio_device_feature} with {@code vfio_device_feature_mig_state}. */
    static final int ARGUMENT_SIZE = 16;

    /** {@code VFIO_DEVICE_FEATURE_GET | VFIO_DEVICE_FEATURE_MIG_DEVICE_STATE}. */
    static final int FLAGS = 1 << 16 | 2;

    private static final int FLAGS_OFFSET = 4;

    private final EventFd event = new EventFd();
    private final Fd fd = event.fd();
    private final MemorySegment segment = Arena.ofAuto().allocate(ARGUMENT_SIZE, Long.BYTES);
    private final Memory memory = new Memory(ARGUMENT_SIZE);
    private final int number = fd.number();
    private final long request = VFIO_DEVICE_FEATURE.request();

    /** For JMH. */
    public VfioIoctlBenchmark() {
        segment.set(JAVA_INT, 0, ARGUMENT_SIZE);
        memory.setInt(0, ARGUMENT_SIZE);
    }

    /** Closes the descriptor and frees JNA's memory. */
    @TearDown
    public void close() {
        event.close();
        memory.close();
    }

    /**
     * By our {@link Fd}, as the kernel's devices are called.
     *
     * @return the error, negated
     */
    @Benchmark
    public long ffm() {
        segment.set(JAVA_INT, FLAGS_OFFSET, FLAGS);
        return fd.tryIoctl(VFIO_DEVICE_FEATURE, segment);
    }

    /**
     * By JNA's direct mapping.
     *
     * @return the error, negated
     */
    @Benchmark
    public long jna() {
        memory.setInt(FLAGS_OFFSET, FLAGS);
        int result = LibC.ioctl(number, request, memory);
        return result < 0 ? -Native.getLastError() : result;
    }
}
