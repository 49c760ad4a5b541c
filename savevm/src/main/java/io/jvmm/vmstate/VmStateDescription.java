package io.jvmm.vmstate;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What a piece of device state looks like on the wire.
 *
 * <pre>
 * body        = field* subsection*
 * subsection  = 0x05, u8 name length, name ("parent/child"), u32 version, body
 * </pre>
 *
 * <p>There is no length anywhere: both sides must agree on the fields. A version number says which
 * fields the sender had; the receiver reads every version from its minimum to its own. Where a body
 * ends, the receiver looks ahead: a 0x05 followed by a name that starts with the description's own
 * name is a subsection, and must be a known one; anything else belongs to what follows.
 *
 * <p>Immutable. {@link #save}, {@link #load} and {@link #shape} allocate nothing, unless they fail.
 *
 * @param <T> the object that holds the state
 */
public final class VmStateDescription<T> {
    private static final int SUBSECTION = 0x05;
    private static final int LENGTH_AT = 1;
    private static final int NAME_AT = 2;

    private final String name;
    private final byte[] nameBytes;
    private final byte[] subsectionHeader;
    private final int version;
    private final int minimumVersion;
    private final List<VersionedField<T>> fields;
    private final List<Subsection<T>> subsections;
    private final boolean variable;
    private final Consumer<T> preSave;
    private final Consumer<T> preLoad;
    private final ObjIntConsumer<T> postLoad;
    private final Function<T, @Nullable String> check;

    VmStateDescription(VmStateBuilder<T> builder) {
        this.name = builder.name;
        this.nameBytes = name.getBytes(StandardCharsets.US_ASCII);
        this.version = builder.version;
        this.minimumVersion = builder.minimumVersion;
        this.subsectionHeader = subsectionHeader(nameBytes, version);
        this.fields = List.copyOf(builder.fields);
        this.subsections = List.copyOf(builder.subsections);
        this.variable =
                !subsections.isEmpty()
                        || fields.stream().anyMatch(declared -> declared.field().isVariable());
        this.preSave = builder.preSave;
        this.preLoad = builder.preLoad;
        this.postLoad = builder.postLoad;
        this.check = builder.check;
    }

    /**
     * Starts a description of version 1 without fields.
     *
     * @param name the name on the wire: printable ASCII, at most 127 bytes; a subsection's name is
     *     its parent's, a slash, and its own
     * @param <T> the object that holds the state
     * @return a builder
     */
    public static <T> VmStateBuilder<T> named(String name) {
        return new VmStateBuilder<>(name);
    }

    /**
     * The name on the wire.
     *
     * @return such as {@code serial}
     */
    public String name() {
        return name;
    }

    /**
     * The version that {@link #save} writes, and the newest that {@link #load} reads.
     *
     * @return from 0
     */
    public int version() {
        return version;
    }

    /**
     * The oldest version that {@link #load} reads.
     *
     * @return from 0 to {@link #version}
     */
    public int minimumVersion() {
        return minimumVersion;
    }

    /**
     * Writes fields and needed subsections; no header, no footer.
     *
     * @param state where the values come from
     * @param out where they go
     */
    public void save(T state, StreamWriter out) {
        preSave.accept(state);
        for (int i = 0; i < fields.size(); i++) {
            fields.get(i).field().save(state, out);
        }
        for (int i = 0; i < subsections.size(); i++) {
            Subsection<T> subsection = subsections.get(i);
            if (subsection.needed().test(state)) {
                out.putBytes(subsection.description().subsectionHeader);
                subsection.description().save(state, out);
            }
        }
    }

    /**
     * Reads what {@link #save} of the given version wrote. On an exception the state is partly
     * changed and must not be used.
     *
     * @param state where the values go
     * @param in where they come from
     * @param streamVersion the version that the sender declared
     * @throws StreamFormatException if the version is not supported, a subsection is unknown, or a
     *     value cannot be
     */
    public void load(T state, StreamReader in, int streamVersion) {
        checkVersion(streamVersion, in.position());
        preLoad.accept(state);
        for (int i = 0; i < fields.size(); i++) {
            VersionedField<T> declared = fields.get(i);
            if (declared.since() <= streamVersion) {
                declared.field().load(state, in);
            }
        }
        while (isOwnSubsection(in)) {
            loadSubsection(state, in);
        }
        postLoad.accept(state, streamVersion);
        String fault = check.apply(state);
        if (fault != null) {
            throw new StreamFormatException(
                    "The state cannot be taken over: name=%s %s".formatted(name, fault),
                    in.position());
        }
    }

    /**
     * A number that changes when the JSON description would: it depends on which subsections are
     * needed, at every depth.
     *
     * @param state the state as it is now
     * @return equal for equal descriptions; different ones collide only by a 64-bit accident
     */
    public long shape(T state) {
        return shape(state, 1);
    }

    long shape(T state, long shape) {
        long result = shape;
        for (int i = 0; i < fields.size(); i++) {
            result = fields.get(i).field().shape(state, result);
        }
        for (int i = 0; i < subsections.size(); i++) {
            Subsection<T> subsection = subsections.get(i);
            boolean needed = subsection.needed().test(state);
            result = result * 0x9E37_79B9_7F4A_7C15L + (needed ? 1 : 2);
            if (needed) {
                result = subsection.description().shape(state, result);
            }
        }
        return result;
    }

    /** Bytes that {@link #save} would write now. */
    int size(T state) {
        int size = 0;
        for (VersionedField<T> declared : fields) {
            size += declared.field().size(state);
        }
        for (Subsection<T> subsection : subsections) {
            if (subsection.needed().test(state)) {
                VmStateDescription<T> description = subsection.description();
                size += description.subsectionHeader.length + description.size(state);
            }
        }
        return size;
    }

    /** Whether the size depends on the state. */
    boolean isVariable() {
        return variable;
    }

    /** Appends the members that every description has, to an object that is open. */
    void describe(T state, JsonText json) {
        json.member("vmsd_name", name).member("version", version);
        json.name("fields").beginArray();
        for (VersionedField<T> declared : fields) {
            declared.field().describe(state, json);
        }
        json.endArray();
        List<Subsection<T>> present =
                subsections.stream().filter(each -> each.needed().test(state)).toList();
        if (!present.isEmpty()) {
            json.name("subsections").beginArray();
            for (Subsection<T> subsection : present) {
                json.beginObject();
                subsection.description().describe(state, json);
                json.endObject();
            }
            json.endArray();
        }
    }

    private void checkVersion(int streamVersion, long position) {
        if (streamVersion < minimumVersion || streamVersion > version) {
            throw new StreamFormatException(
                    "The version is not supported: name=%s version=%d supported=%d..%d"
                            .formatted(name, streamVersion, minimumVersion, version),
                    position);
        }
    }

    /** Looks ahead without consuming; stops at the first byte that rules a subsection out. */
    private boolean isOwnSubsection(StreamReader in) {
        if (in.peekU8(0) != SUBSECTION || in.peekU8(LENGTH_AT) <= nameBytes.length) {
            return false;
        }
        for (int i = 0; i < nameBytes.length; i++) {
            if (in.peekU8(NAME_AT + i) != nameBytes[i]) {
                return false;
            }
        }
        return true;
    }

    private void loadSubsection(T state, StreamReader in) {
        VmStateDescription<T> child = childAhead(in);
        in.skip(NAME_AT + child.nameBytes.length);
        long childVersion = in.getU32();
        child.checkVersion(
                childVersion > Integer.MAX_VALUE ? Integer.MAX_VALUE : (int) childVersion,
                in.position());
        child.load(state, in, (int) childVersion);
    }

    private VmStateDescription<T> childAhead(StreamReader in) {
        int length = in.peekU8(LENGTH_AT);
        for (int i = 0; i < subsections.size(); i++) {
            VmStateDescription<T> child = subsections.get(i).description();
            if (child.isNamedAhead(in, length)) {
                return child;
            }
        }
        long position = in.position();
        in.skip(LENGTH_AT);
        throw new StreamFormatException(
                "Unknown subsection: name=%s parent=%s".formatted(in.getCountedString(), name),
                position);
    }

    private boolean isNamedAhead(StreamReader in, int length) {
        if (length != nameBytes.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (in.peekU8(NAME_AT + i) != nameBytes[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte[] subsectionHeader(byte[] name, int version) {
        return ByteBuffer.allocate(NAME_AT + name.length + Integer.BYTES)
                .put((byte) SUBSECTION)
                .put((byte) name.length)
                .put(name)
                .putInt(version)
                .array();
    }
}
