package io.jvmm.vmstate;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.ObjIntConsumer;
import java.util.function.ObjLongConsumer;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Collects a {@link VmStateDescription}. Fields stand on the wire in the order of the calls. The
 * accessors must not allocate.
 *
 * @param <T> the object that holds the state
 */
public final class VmStateBuilder<T> {
    private static final int LONGEST_NAME = 127;

    final String name;
    final List<VersionedField<T>> fields = new ArrayList<>();
    final List<Subsection<T>> subsections = new ArrayList<>();
    int version = 1;
    int minimumVersion;
    Consumer<T> preSave = _ -> {};
    Consumer<T> preLoad = _ -> {};
    ObjIntConsumer<T> postLoad = (_, _) -> {};
    Function<T, @Nullable String> check = _ -> null;
    private boolean minimumGiven;

    VmStateBuilder(String name) {
        if (name.isEmpty()
                || name.length() > LONGEST_NAME
                || name.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new IllegalArgumentException(
                    "A description's name is 1 to 127 printable ASCII characters: name=" + name);
        }
        this.name = name;
    }

    /**
     * Sets the version that is written.
     *
     * @param newVersion from 0; 1 if not called
     * @return this
     */
    public VmStateBuilder<T> version(int newVersion) {
        version = newVersion;
        return this;
    }

    /**
     * Sets the oldest version that is read.
     *
     * @param oldest from 0 to the version; equal to the version if not called
     * @return this
     */
    public VmStateBuilder<T> minimumVersion(int oldest) {
        minimumVersion = oldest;
        minimumGiven = true;
        return this;
    }

    /**
     * Adds one value.
     *
     * @param type its form on the wire
     * @param fieldName its name in the JSON description
     * @param getter reads it
     * @param setter stores it
     * @return this
     */
    public VmStateBuilder<T> field(
            FieldType type, String fieldName, ToLongFunction<T> getter, ObjLongConsumer<T> setter) {
        return add(new IntegerField<>(type, fieldName, getter, setter));
    }

    /**
     * Adds a value that must be the same on both sides; loading compares.
     *
     * @param type its form on the wire
     * @param fieldName its name in the JSON description
     * @param getter reads it
     * @return this
     */
    public VmStateBuilder<T> equal(FieldType type, String fieldName, ToLongFunction<T> getter) {
        return add(new EqualField<>(type, fieldName, getter));
    }

    /**
     * Adds an array of values.
     *
     * @param type form of each element on the wire
     * @param fieldName its name in the JSON description
     * @param length number of elements
     * @param getter reads one
     * @param setter stores one
     * @return this
     */
    public VmStateBuilder<T> array(
            FieldType type,
            String fieldName,
            int length,
            IndexedGetter<T> getter,
            IndexedSetter<T> setter) {
        return add(new IntegerArrayField<>(type, fieldName, length, getter, setter));
    }

    /**
     * Adds raw bytes.
     *
     * @param fieldName its name in the JSON description
     * @param length number of bytes
     * @param bytes the array, always the same one and of exactly this length, that is saved and
     *     loaded in place
     * @return this
     */
    public VmStateBuilder<T> buffer(String fieldName, int length, Function<T, byte[]> bytes) {
        return add(new BufferField<>(fieldName, length, bytes));
    }

    /**
     * Adds bytes that mean nothing any more: saved as zero, ignored when loading.
     *
     * @param length number of bytes
     * @return this
     */
    public VmStateBuilder<T> unused(int length) {
        return add(new UnusedField<>(length));
    }

    /**
     * Adds a part with a description of its own.
     *
     * @param fieldName its name in the JSON description
     * @param description what the part looks like
     * @param part finds it; must not allocate
     * @param <S> the part
     * @return this
     */
    public <S> VmStateBuilder<T> struct(
            String fieldName, VmStateDescription<S> description, Function<T, S> part) {
        return add(new StructField<>(fieldName, description, part));
    }

    /**
     * Adds an array of parts.
     *
     * @param fieldName its name in the JSON description
     * @param length number of parts
     * @param description what each looks like
     * @param element finds one; must not allocate
     * @param <S> the part
     * @return this
     */
    public <S> VmStateBuilder<T> structArray(
            String fieldName,
            int length,
            VmStateDescription<S> description,
            IndexedElement<T, S> element) {
        return add(new StructArrayField<>(fieldName, length, description, element));
    }

    /**
     * Adds fields that stand for values which memory keeps in another form. The wire has the fields
     * and nothing else; the JSON description groups them.
     *
     * @param description the fields
     * @return this
     */
    public VmStateBuilder<T> temporary(VmStateDescription<T> description) {
        return add(new TemporaryField<>(description));
    }

    /**
     * Says which version brought the field that was added last. A stream of an older version does
     * not contain it, and the value stays as it was.
     *
     * @param firstVersion from 0 to the version
     * @return this
     */
    public VmStateBuilder<T> since(int firstVersion) {
        if (fields.isEmpty()) {
            throw new IllegalStateException("since() belongs to a field: description=" + name);
        }
        VersionedField<T> last = fields.removeLast();
        fields.add(new VersionedField<>(last.field(), firstVersion));
        return this;
    }

    /**
     * Adds an optional part.
     *
     * @param description the part; its name starts with this one's name and a slash
     * @param needed whether the state holds anything that the part would carry; must not allocate
     * @return this
     */
    public VmStateBuilder<T> subsection(VmStateDescription<T> description, Predicate<T> needed) {
        if (!description.name().startsWith(name + "/")) {
            throw new IllegalArgumentException(
                    "A subsection is named after its parent: subsection=%s parent=%s"
                            .formatted(description.name(), name));
        }
        subsections.add(new Subsection<>(description, needed));
        return this;
    }

    /**
     * Sets what is done before saving, such as computing values that only the wire has.
     *
     * @param hook called once for each save, before the needed tests
     * @return this
     */
    public VmStateBuilder<T> preSave(Consumer<T> hook) {
        preSave = hook;
        return this;
    }

    /**
     * Sets what is done before loading, such as giving the defaults to what may not be in the
     * stream.
     *
     * @param hook called once for each load
     * @return this
     */
    public VmStateBuilder<T> preLoad(Consumer<T> hook) {
        preLoad = hook;
        return this;
    }

    /**
     * Sets what is done after loading, such as converting to the form that memory has.
     *
     * @param hook called with the version that the stream had
     * @return this
     */
    public VmStateBuilder<T> postLoad(ObjIntConsumer<T> hook) {
        postLoad = hook;
        return this;
    }

    /**
     * Sets what is checked after loading, {@link #postLoad} included: values that cannot be, or
     * that this side has no place for.
     *
     * @param newCheck null if the state is good, else what is wrong with it, as {@code key=value}
     * @return this
     */
    public VmStateBuilder<T> check(Function<T, @Nullable String> newCheck) {
        check = newCheck;
        return this;
    }

    /**
     * Checks the declarations and makes the description.
     *
     * @return an immutable description
     * @throws IllegalArgumentException if versions contradict each other or two subsections have
     *     the same name
     */
    public VmStateDescription<T> build() {
        if (!minimumGiven) {
            minimumVersion = version;
        }
        if (minimumVersion < 0 || minimumVersion > version) {
            throw new IllegalArgumentException(
                    "The minimum version is out of range: description=%s version=%d minimum=%d"
                            .formatted(name, version, minimumVersion));
        }
        for (VersionedField<T> declared : fields) {
            if (declared.since() > version) {
                throw new IllegalArgumentException(
                        "A field is newer than its description: description=%s version=%d since=%d"
                                .formatted(name, version, declared.since()));
            }
        }
        Set<String> names = new HashSet<>();
        for (Subsection<T> subsection : subsections) {
            if (!names.add(subsection.description().name())) {
                throw new IllegalArgumentException(
                        "A subsection is declared twice: name=" + subsection.description().name());
            }
        }
        return new VmStateDescription<>(this);
    }

    private VmStateBuilder<T> add(Field<T> field) {
        fields.add(new VersionedField<>(field, 0));
        return this;
    }
}
