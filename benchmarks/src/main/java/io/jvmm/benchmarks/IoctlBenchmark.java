package io.jvmm.benchmarks;

import io.jvmm.linux.Fd;
import io.jvmm.linux.Ioctl;
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
 * The cheapest ioctl there is, {@code KVM_GET_API_VERSION}, through our binding and through JNA;
 * needs {@code /dev/kvm}. {@link IoctlComparison} puts C beside them.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class IoctlBenchmark {
    static final String DEVICE = "/dev/kvm";
    static final Ioctl KVM_GET_API_VERSION = Ioctl.none("KVM_GET_API_VERSION", 0xAE, 0x00);

    private final Fd kvm = Fd.open(DEVICE, Fd.READ_WRITE);
    private final int number = kvm.number();
    private final long request = KVM_GET_API_VERSION.request();

    /** For JMH. */
    public IoctlBenchmark() {}

    /** Closes the device. */
    @TearDown
    public void close() {
        kvm.close();
    }

    /**
     * By our {@link Fd}, errno checked.
     *
     * @return the version
     */
    @Benchmark
    public long ffm() {
        return kvm.ioctl(KVM_GET_API_VERSION, 0);
    }

    /**
     * By JNA's direct mapping, errno not looked at.
     *
     * @return the version
     */
    @Benchmark
    public long jna() {
        return LibC.ioctl(number, request, 0);
    }
}
