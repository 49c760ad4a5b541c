package io.jvmm.savevm;

import io.jvmm.stream.StreamWriter;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;
import io.jvmm.stream.wire.VmDescription;
import io.jvmm.vmstate.VmDescriptionBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes the records of one outgoing migration. The caller decides when; this class knows what
 * comes next in the stream:
 *
 * <pre>
 *   guest runs    writeHeader  command*  setup  prepare  iterate*
 *   guest stopped finalSync  completeIterables  saveDevices  [command]  finish
 *   aborted       [command]  restart, then as from iterate on
 *   in any case   cleanup
 * </pre>
 *
 * <p>Each step flushes what it has written, {@link #writeHeader} and {@link #command} excepted. If
 * a write is interrupted or fails, the exception passes through and only {@link #cleanup} may
 * follow. One object for one migration, on one thread.
 */
public final class StateSaver {
    private static final int PAGE_SIZE = 4096;

    private final StreamWriter out;
    private final Configuration configuration;
    private final List<IterableSection> iterables;
    private final List<DeviceSection<?>> devices;
    private final Frame.Eof eof = new Frame.Eof();
    private @Nullable VmDescription description;

    /**
     * Starts a migration; writes nothing yet.
     *
     * @param out the stream
     * @param registry what to send
     * @param configuration the machine, as the stream's start names it
     */
    public StateSaver(StreamWriter out, SaveVmRegistry registry, Configuration configuration) {
        this.out = out;
        this.configuration = configuration;
        this.iterables = registry.iterables();
        this.devices = registry.devices();
    }

    /** Writes the file header and the configuration. */
    public void writeHeader() {
        new Frame.FileHeader().encode(out);
        configuration.encode(out);
    }

    /**
     * Writes a command; {@link #flush} sends it. May stand between any two steps.
     *
     * @param command the command
     */
    public void command(VmCommand command) {
        out.putU8(SectionType.COMMAND.code());
        command.encode(out);
    }

    /** Sends everything that has been written. */
    public void flush() {
        out.flush();
    }

    /** Writes START of every iterable. */
    public void setup() {
        for (IterableSection each : iterables) {
            each.saveStart(out);
        }
        out.flush();
    }

    /** Writes START of every iterable again: another attempt begins. */
    public void restart() {
        for (IterableSection each : iterables) {
            each.saveRestart(out);
        }
        out.flush();
    }

    /** Makes everything that the end of the stream needs, so that nothing is left to allocate. */
    public void prepare() {
        VmDescriptionBuilder builder = new VmDescriptionBuilder(PAGE_SIZE);
        for (DeviceSection<?> each : devices) {
            each.describe(builder);
        }
        description = builder.build();
    }

    /**
     * How much there is to send, cheaply.
     *
     * @return bytes
     */
    public long pendingEstimate() {
        long bytes = 0;
        for (int i = 0; i < iterables.size(); i++) {
            bytes += iterables.get(i).handlers().pendingEstimate();
        }
        return bytes;
    }

    /**
     * How much there is to send now; looks at what the guest has changed.
     *
     * @return bytes
     */
    public long pendingExact() {
        long bytes = 0;
        for (int i = 0; i < iterables.size(); i++) {
            bytes += iterables.get(i).handlers().pendingExact();
        }
        return bytes;
    }

    /**
     * Writes one PART of every iterable: about 50 ms of work each, or less if the rate limit says
     * so.
     *
     * @return true if every iterable has finished its round
     */
    public boolean iterate() {
        boolean roundDone = true;
        for (int i = 0; i < iterables.size(); i++) {
            roundDone &= iterables.get(i).savePart(out);
        }
        out.flush();
        return roundDone;
    }

    /** Looks for the last time at what the guest has changed. The guest is stopped. */
    public void finalSync() {
        for (int i = 0; i < iterables.size(); i++) {
            iterables.get(i).handlers().finalSync();
        }
    }

    /**
     * Writes END of every iterable, after {@link #finalSync}.
     *
     * @param phases told of each
     */
    public void completeIterables(SavePhases phases) {
        for (int i = 0; i < iterables.size(); i++) {
            IterableSection each = iterables.get(i);
            phases.enter(each.name());
            each.saveEnd(out);
            out.flush();
            phases.leave();
        }
    }

    /**
     * Writes every device, those first whose other parts were sent in pieces. If what {@link
     * #prepare} made does not describe the devices any more, because a subsection has come to be
     * needed, it is made anew here.
     *
     * @param phases told of each
     */
    public void saveDevices(SavePhases phases) {
        for (int i = 0; i < iterables.size(); i++) {
            IterableSection each = iterables.get(i);
            if (each.handlers().hasState()) {
                phases.enter(each.name());
                each.saveFull(out);
                phases.leave();
            }
        }
        for (int i = 0; i < devices.size(); i++) {
            DeviceSection<?> each = devices.get(i);
            phases.enter(each.name());
            each.save(out);
            phases.leave();
        }
        out.flush();
        if (!isAsDescribed()) {
            prepare();
        }
    }

    /**
     * Writes the end of the sections and the whole VM description, in one write: a peer that is
     * QEMU starts the guest after the first of these bytes.
     *
     * @throws IllegalStateException if neither {@link #prepare} nor {@link #saveDevices} has been
     *     called
     */
    public void finish() {
        if (description == null) {
            throw new IllegalStateException("The VM description is not prepared");
        }
        out.flush();
        eof.encode(out);
        description.encode(out);
        out.flush();
    }

    /** Ends the migration at every iterable, whether it succeeded or not. */
    public void cleanup() {
        for (IterableSection each : iterables) {
            each.handlers().saveCleanup();
        }
    }

    private boolean isAsDescribed() {
        boolean same = description != null;
        for (int i = 0; i < devices.size(); i++) {
            same &= devices.get(i).isAsDescribed();
        }
        return same;
    }
}
