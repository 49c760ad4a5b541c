package io.jvmm.device;

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
import java.lang.foreign.ValueLayout;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** A stopped machine {@code none}: RAM, and the devices that a test adds. */
final class TestMachine implements DirtyLog {
    static final Configuration CONFIGURATION = Configuration.ofMachine("none");

    final RamBlock ram;
    final TimerState timer = new TimerState();
    final GlobalState global = new GlobalState();
    final SaveVmRegistry registry = new SaveVmRegistry();

    /**
     * Which pages every sync of the dirty log reports: all whose number is a multiple; 0 = none.
     */
    int dirtyStep;

    TestMachine(long ramSize) {
        ram = new RamBlock("ram", Arena.ofAuto().allocate(ramSize, RamBlock.PAGE_SIZE));
        NanoClock clock = NanoClock.system();
        registry.register(new RamHandlers(() -> List.of(ram), this, new RateLimit(clock), clock));
        registry.register(0, TimerState.DESCRIPTION, timer);
        registry.register(0, GlobalState.DESCRIPTION, global);
    }

    TestMachine withVcpusAndSerial(int vcpus) {
        for (int i = 0; i < vcpus; i++) {
            CpuState cpu = new CpuState();
            cpu.tscKhz = 1;
            CpuSections.register(registry, i, cpu);
        }
        registry.register(0, SerialSection.DESCRIPTION, new SerialState());
        return this;
    }

    /** Random pages, and every third one zero. */
    void fillPattern() {
        Random random = new Random(2);
        for (long page = 0; page < ram.pages(); page++) {
            for (long i = 0; page % 3 != 0 && i < RamBlock.PAGE_SIZE; i += Long.BYTES) {
                ram.memory()
                        .set(
                                ValueLayout.JAVA_LONG,
                                page * RamBlock.PAGE_SIZE + i,
                                random.nextLong());
            }
        }
    }

    /** Everything up to the stop of the guest. */
    StateSaver startSaving(ByteSink sink) {
        StateSaver saver = new StateSaver(new StreamWriter(sink), registry, CONFIGURATION);
        saver.writeHeader();
        saver.setup();
        saver.prepare();
        while (!saver.iterate()) {}
        return saver;
    }

    /** Everything from the stop of the guest on. */
    static void finishSaving(StateSaver saver) {
        saver.finalSync();
        saver.completeIterables(NO_PHASES);
        saver.saveDevices(NO_PHASES);
        saver.finish();
    }

    void load(ByteSource source, LoadListener listener) {
        new StateLoader(
                        new StreamReader(source),
                        registry,
                        CONFIGURATION,
                        new CapabilityRules(Set.of(), Set.of()),
                        listener)
                .load();
    }

    @Override
    public void start() {}

    @Override
    public void sync(RamBlock block, DirtyBitmap into) {
        for (long page = 0; dirtyStep != 0 && page < block.pages(); page += dirtyStep) {
            into.set(page);
        }
    }

    @Override
    public void stop() {}

    private static final SavePhases NO_PHASES =
            new SavePhases() {
                @Override
                public void enter(String section) {}

                @Override
                public void leave() {}
            };

    /** Listens to nothing. */
    static class SilentListener implements LoadListener {
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
