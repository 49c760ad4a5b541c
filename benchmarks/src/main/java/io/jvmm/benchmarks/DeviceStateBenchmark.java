package io.jvmm.benchmarks;

import io.jvmm.device.CpuSections;
import io.jvmm.device.GlobalState;
import io.jvmm.device.PauseClockSection;
import io.jvmm.device.PauseClockState;
import io.jvmm.device.SerialSection;
import io.jvmm.device.SerialState;
import io.jvmm.device.TimerState;
import io.jvmm.guest.CpuState;
import io.jvmm.savevm.LoadListener;
import io.jvmm.savevm.SavePhases;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.StateLoader;
import io.jvmm.savevm.StateSaver;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.CapabilityRules;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Device state into memory and out of it, without RAM and without a socket: what a switchover pays
 * for its declarative descriptions.
 *
 * <p>Saving writes the FULL sections with their footers. Loading reads a whole stream, from the
 * file header to the end of the VM description, which is how a destination meets it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class DeviceStateBenchmark {
    private static final Configuration MACHINE = Configuration.ofMachine("microvm");
    private static final CapabilityRules RULES = new CapabilityRules(Set.of(), Set.of());
    private static final SavePhases NO_PHASES = new NoPhases();
    private static final LoadListener NO_LISTENER = new NoListener();

    /** What is saved. */
    public enum Devices {
        /** One vCPU: {@code cpu_common} version 1 and {@code cpu} version 12. */
        CPU,
        /** Everything that a microvm with one vCPU sends. */
        MICROVM
    }

    /** Chosen by JMH. */
    @Param public Devices devices = Devices.CPU;

    private final MemoryStream sink = new MemoryStream();
    private final StreamWriter writer = new StreamWriter(sink);
    private final MemoryStream stream = new MemoryStream();
    private final StreamReader reader = new StreamReader(stream);
    private SaveVmRegistry registry = new SaveVmRegistry();
    private StateSaver saver = new StateSaver(writer, registry, MACHINE);
    private long savedBytes;

    /** For JMH. */
    public DeviceStateBenchmark() {}

    /** Builds the devices and a stream of them. */
    @Setup
    public void build() {
        registry = registry();
        saver = new StateSaver(writer, registry, MACHINE);
        StateSaver whole = new StateSaver(new StreamWriter(stream), registry, MACHINE);
        whole.writeHeader();
        whole.prepare();
        whole.saveDevices(NO_PHASES);
        whole.finish();
        savedBytes = save();
    }

    /** Says how long the two streams are, on a line of its own among JMH's. */
    @TearDown
    public void tellSizes() {
        System.out.printf(
                "%n# %s: save %d bytes/op, load %d bytes/op%n", devices, savedBytes, stream.size());
    }

    /**
     * Saves the devices.
     *
     * @return bytes
     */
    @Benchmark
    public long save() {
        sink.rewind();
        saver.saveDevices(NO_PHASES);
        return sink.size();
    }

    /**
     * Loads a stream.
     *
     * @return where the reader stands
     */
    @Benchmark
    public long load() {
        loader().load();
        return reader.position();
    }

    /**
     * Makes what {@link #load} makes first, to be taken off its time and allocation: a destination
     * has it before the guest stops.
     *
     * @return the loader
     */
    @Benchmark
    public StateLoader loader() {
        return new StateLoader(reader, registry, MACHINE, RULES, NO_LISTENER);
    }

    private SaveVmRegistry registry() {
        SaveVmRegistry made = new SaveVmRegistry();
        CpuState cpu = new CpuState();
        cpu.reset();
        if (devices == Devices.CPU) {
            CpuSections.register(made, 0, cpu);
            return made;
        }
        GlobalState globalState = new GlobalState();
        globalState.set("running");
        made.register(0, TimerState.DESCRIPTION, new TimerState());
        CpuSections.register(made, 0, cpu);
        made.register(0, SerialSection.DESCRIPTION, new SerialState());
        made.register(0, PauseClockSection.description(1), new PauseClockState(1));
        made.register(0, GlobalState.DESCRIPTION, globalState);
        return made;
    }

    private static final class NoPhases implements SavePhases {
        @Override
        public void enter(String section) {}

        @Override
        public void leave() {}
    }

    private static final class NoListener implements LoadListener {
        @Override
        public void command(VmCommand command) {}

        @Override
        public void sectionLoading(String name, int instanceId, SectionType type) {}

        @Override
        public void sectionLoaded(String name, int instanceId, SectionType type) {}

        @Override
        public void endOfStream() {}
    }
}
