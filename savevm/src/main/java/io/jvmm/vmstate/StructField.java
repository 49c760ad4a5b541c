package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.function.Function;

/** A part of the state that has a description of its own, subsections included. */
record StructField<T, S>(String name, VmStateDescription<S> description, Function<T, S> part)
        implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        description.save(part.apply(state), out);
    }

    @Override
    public void load(T state, StreamReader in) {
        description.load(part.apply(state), in, description.version());
    }

    @Override
    public int size(T state) {
        return description.size(part.apply(state));
    }

    @Override
    public void describe(T state, JsonText json) {
        S value = part.apply(state);
        json.beginObject().member("name", name).member("type", "struct");
        json.name("struct").beginObject();
        description.describe(value, json);
        json.endObject().member("size", description.size(value)).endObject();
    }

    @Override
    public boolean isVariable() {
        return description.isVariable();
    }

    @Override
    public long shape(T state, long shape) {
        return description.shape(part.apply(state), shape);
    }
}
