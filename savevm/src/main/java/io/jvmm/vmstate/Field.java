package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/** One declared field: how it is saved, loaded and described. */
sealed interface Field<T>
        permits BufferField,
                EqualField,
                IntegerArrayField,
                IntegerField,
                StructArrayField,
                StructField,
                TemporaryField,
                UnusedField {
    void save(T state, StreamWriter out);

    void load(T state, StreamReader in);

    /** Bytes that {@link #save} would write. */
    int size(T state);

    /** Appends the field's object, or one object for each element where they differ. */
    void describe(T state, JsonText json);

    /** Whether the size can depend on the state. */
    default boolean isVariable() {
        return false;
    }

    /** Mixes into {@code shape} everything that the description depends on. */
    default long shape(T state, long shape) {
        return shape;
    }
}
