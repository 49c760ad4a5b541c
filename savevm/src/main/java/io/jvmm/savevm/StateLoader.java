package io.jvmm.savevm;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.wire.CapabilityRules;
import io.jvmm.stream.wire.Configuration;
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.SectionHeader;
import io.jvmm.stream.wire.SectionType;
import io.jvmm.stream.wire.VmCommand;
import io.jvmm.stream.wire.VmDescription;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an incoming migration in one pass, from the file header to the last byte of the VM
 * description, straight into the state of the registered devices.
 *
 * <p>Nothing in the stream is taken on trust. Refused, each with the section, the value and the
 * position in the stream: what is not a record, a section that is not registered, a version out of
 * range, a PART or END without its START, a START without its END, an iterable that is not in the
 * stream at all, a missing or wrong footer, a missing VM description, one of 16 MiB or more. A
 * device that is registered but not in the stream keeps its state, as it does in QEMU.
 *
 * <p>One object for one migration, on one thread. After an exception the loaded state is worthless;
 * after an aborted attempt all but the RAM is.
 */
public final class StateLoader {
    private final StreamReader in;
    private final Configuration own;
    private final CapabilityRules rules;
    private final LoadListener listener;
    private final List<SectionBinding> iterables = new ArrayList<>();
    private final List<SectionBinding> all = new ArrayList<>();
    private boolean headerLoaded;

    /**
     * Gets ready; reads nothing yet.
     *
     * @param in the stream, at its start
     * @param registry what may be in the stream
     * @param own this machine, against which the stream's is checked
     * @param rules how the stream's capabilities are judged
     * @param listener told what comes
     */
    public StateLoader(
            StreamReader in,
            SaveVmRegistry registry,
            Configuration own,
            CapabilityRules rules,
            LoadListener listener) {
        this.in = in;
        this.own = own;
        this.rules = rules;
        this.listener = listener;
        registry.iterables().forEach(each -> iterables.add(new SectionBinding(each)));
        all.addAll(iterables);
        registry.devices().forEach(each -> all.add(new SectionBinding(each)));
    }

    private void loadHeader() {
        Frame.FileHeader.decode(in);
        long position = in.position();
        own.check(Configuration.decode(in), rules, position);
        headerLoaded = true;
    }

    /**
     * Loads the whole stream; after {@link #rollBack}, what follows in it.
     *
     * @throws io.jvmm.stream.StreamException if it is malformed, does not fit this machine, ends
     *     too early, or reading fails or is interrupted
     */
    public void load() {
        try {
            if (!headerLoaded) {
                loadHeader();
            }
            while (loadRecord()) {}
            checkAllEnded();
            listener.endOfStream();
            VmDescription.skip(in);
        } finally {
            cleanUp();
        }
    }

    /**
     * Expects every section anew, beginning with START: the attempt is over. Between two records.
     */
    public void rollBack() {
        cleanUp();
        for (SectionBinding each : all) {
            each.rewind();
        }
    }

    private void cleanUp() {
        for (SectionBinding each : iterables) {
            if (each.isSetUp()) {
                handlers(each).loadCleanup();
            }
        }
    }

    /** Reads one record; false if it is the end. */
    private boolean loadRecord() {
        long position = in.position();
        SectionType type = SectionType.fromCode(in.getU8(), position);
        switch (type) {
            case EOF -> {
                return false;
            }
            case START, FULL -> loadFirst(type, position);
            case PART, END -> loadNext(type, position);
            case COMMAND -> listener.command(VmCommand.decode(in));
            case SUBSECTION, VMDESCRIPTION, CONFIGURATION, FOOTER ->
                    throw new StreamFormatException(
                            "This record cannot stand here: type=" + type, position);
        }
        return true;
    }

    private void loadFirst(SectionType type, long position) {
        int id = (int) in.getU32();
        SectionBinding binding = bindingAhead();
        int version = version(binding, in.getU32());
        if (type == SectionType.START) {
            checkMayStart(binding, id, position);
            binding.setUp();
            handlers(binding).loadSetup();
        } else {
            checkMayBeWhole(binding, position);
        }
        binding.bind(id, version);
        loadPayload(binding, id, type);
        if (type == SectionType.START) {
            binding.open();
        }
    }

    private void loadNext(SectionType type, long position) {
        int id = (int) in.getU32();
        SectionBinding binding = openBinding(id);
        if (binding == null) {
            throw new StreamFormatException(
                    "%s of a section that is not started: id=%s"
                            .formatted(type, Integer.toUnsignedString(id)),
                    position);
        }
        loadPayload(binding, id, type);
        if (type == SectionType.END) {
            binding.end();
        }
    }

    private void loadPayload(SectionBinding binding, int id, SectionType type) {
        Section section = binding.section();
        listener.sectionLoading(section.name(), section.instanceId(), type);
        try {
            section.load(in, binding.version());
            listener.sectionLoaded(section.name(), section.instanceId(), type);
            Frame.Footer.expect(in, id);
        } catch (StreamFormatException e) {
            throw named(e, section, type);
        }
    }

    /** Finds the section by the name and the instance id that come next, and uses them up. */
    private SectionBinding bindingAhead() {
        long position = in.position();
        for (int i = 0; i < all.size(); i++) {
            Section section = all.get(i).section();
            if (section.isNamedAhead(in)) {
                in.skip(1L + section.name().length());
                return bindingOf(section.name(), (int) in.getU32(), position);
            }
        }
        throw unknown(in.getCountedString(), (int) in.getU32(), position);
    }

    private SectionBinding bindingOf(String name, int instanceId, long position) {
        for (int i = 0; i < all.size(); i++) {
            if (all.get(i).section().isNamed(name, instanceId)) {
                return all.get(i);
            }
        }
        throw unknown(name, instanceId, position);
    }

    private @Nullable SectionBinding openBinding(int id) {
        for (int i = 0; i < iterables.size(); i++) {
            if (iterables.get(i).isOpen(id)) {
                return iterables.get(i);
            }
        }
        return null;
    }

    private int version(SectionBinding binding, long version) {
        SectionHeader header = binding.section().header();
        int minimum = binding.section().minimumVersion();
        if (version < minimum || version > header.versionId()) {
            throw new StreamFormatException(
                    "The section's version is not supported:"
                            + " section=%s instance=%d version=%d supported=%d..%d"
                                    .formatted(
                                            header.name(),
                                            header.instanceId(),
                                            version,
                                            minimum,
                                            header.versionId()),
                    in.position() - Integer.BYTES);
        }
        return (int) version;
    }

    private void checkMayStart(SectionBinding binding, int id, long position) {
        Section section = binding.section();
        if (section instanceof DeviceSection) {
            throw new StreamFormatException(
                    "The section is sent as a whole, it has no START: section=%s instance=%d"
                            .formatted(section.name(), section.instanceId()),
                    position);
        }
        if (binding.isOpen() || binding.isEnded() || openBinding(id) != null) {
            throw new StreamFormatException(
                    "The section or its id is started already: section=%s instance=%d id=%s"
                            .formatted(
                                    section.name(),
                                    section.instanceId(),
                                    Integer.toUnsignedString(id)),
                    position);
        }
    }

    /** What was sent in pieces may have a last part that is sent as a whole. */
    private static void checkMayBeWhole(SectionBinding binding, long position) {
        if (binding.section() instanceof IterableSection iterable
                && !(binding.isEnded() && iterable.handlers().hasState())) {
            throw new StreamFormatException(
                    "The section is sent in pieces, and FULL cannot come now: section=%s instance=%d"
                            .formatted(iterable.name(), iterable.instanceId()),
                    position);
        }
    }

    private void checkAllEnded() {
        for (int i = 0; i < iterables.size(); i++) {
            SectionBinding each = iterables.get(i);
            if (!each.isEnded()) {
                throw new StreamFormatException(
                        "The stream ends %s a section: section=%s instance=%d"
                                .formatted(
                                        each.isOpen() ? "within" : "without",
                                        each.section().name(),
                                        each.section().instanceId()),
                        in.position());
            }
        }
    }

    private static SaveVmHandlers handlers(SectionBinding binding) {
        return ((IterableSection) binding.section()).handlers();
    }

    private static StreamFormatException unknown(String name, int instanceId, long position) {
        return new StreamFormatException(
                "Unknown section: section=%s instance=%s"
                        .formatted(name, Integer.toUnsignedString(instanceId)),
                position);
    }

    /** The same error, saying also which section it is in. */
    private static StreamFormatException named(
            StreamFormatException e, Section section, SectionType type) {
        String message = String.valueOf(e.getMessage());
        int end = message.lastIndexOf(" position=");
        return new StreamFormatException(
                "%s section=%s instance=%d record=%s"
                        .formatted(
                                end < 0 ? message : message.substring(0, end),
                                section.name(),
                                section.instanceId(),
                                type),
                e.position());
    }
}
