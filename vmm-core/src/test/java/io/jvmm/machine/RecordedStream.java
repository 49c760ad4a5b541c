package io.jvmm.machine;

import io.jvmm.device.GlobalState;
import io.jvmm.device.TimerState;
import io.jvmm.savevm.LoadListener;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.StateLoader;
import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import io.jvmm.savevm.ram.RamHandlers;
import io.jvmm.stream.ByteSource;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamEndException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.wire.CapabilityRules;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a source has sent, read as strictly as a destination reads it.
 *
 * @param commands the commands in their order
 * @param eofByte where the end of the sections stands; -1 if the stream ends before it
 * @param endsWhole whether the whole VM description came, and nothing after it
 */
record RecordedStream(List<At> commands, long eofByte, boolean endsWhole) {
    /**
     * A command.
     *
     * @param command what it is
     * @param endByte where the next record begins
     */
    record At(VmCommand command, long endByte) {}

    static RecordedStream read(Path file, long ramBytes) throws IOException {
        try (FileChannel bytes = FileChannel.open(file);
                Arena arena = Arena.ofConfined()) {
            RamBlock ram = new RamBlock("ram", arena.allocate(ramBytes, RamBlock.PAGE_SIZE));
            StreamReader in = new StreamReader(source(bytes));
            Listener listener = new Listener(in);
            boolean whole = loads(in, ram, listener);
            return new RecordedStream(listener.commands, listener.eofByte, whole);
        }
    }

    private static boolean loads(StreamReader in, RamBlock ram, Listener listener) {
        NanoClock clock = NanoClock.system();
        SaveVmRegistry registry = new SaveVmRegistry();
        registry.register(
                new RamHandlers(() -> List.of(ram), new NoDirtyLog(), new RateLimit(clock), clock));
        registry.register(0, TimerState.DESCRIPTION, new TimerState());
        registry.register(0, GlobalState.DESCRIPTION, new GlobalState());
        try {
            new StateLoader(
                            in,
                            registry,
                            Configuration.ofMachine("none"),
                            new CapabilityRules(Set.of(), Set.of()),
                            listener)
                    .load();
            return in.atEnd();
        } catch (StreamEndException _) {
            return false;
        }
    }

    private static ByteSource source(FileChannel file) {
        return (into, offset, length) -> {
            try {
                return file.read(into.asSlice(offset, length).asByteBuffer());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    private static final class Listener implements LoadListener {
        private final StreamReader in;
        private final List<At> commands = new ArrayList<>();
        private long eofByte = -1;

        Listener(StreamReader in) {
            this.in = in;
        }

        @Override
        public void command(VmCommand command) {
            commands.add(new At(command, in.position()));
        }

        @Override
        public void sectionLoading(String name, int instanceId, SectionType type) {}

        @Override
        public void sectionLoaded(String name, int instanceId, SectionType type) {}

        @Override
        public void endOfStream() {
            eofByte = in.position() - 1;
        }
    }

    private static final class NoDirtyLog implements DirtyLog {
        @Override
        public void start() {}

        @Override
        public void sync(RamBlock block, DirtyBitmap into) {}

        @Override
        public void stop() {}
    }
}
