package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * A group of fields that stands for values kept in another form in memory. The wire has nothing of
 * its own for it; only the JSON names it.
 */
record TemporaryField<T>(VmStateDescription<T> description) implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        description.save(state, out);
    }

    @Override
    public void load(T state, StreamReader in) {
        description.load(state, in, description.version());
    }

    @Override
    public int size(T state) {
        return description.size(state);
    }

    @Override
    public void describe(T state, JsonText json) {
        json.beginObject().member("name", "tmp").member("type", "tmp");
        description.describe(state, json);
        json.member("size", description.size(state)).endObject();
    }

    @Override
    public boolean isVariable() {
        return description.isVariable();
    }

    @Override
    public long shape(T state, long shape) {
        return description.shape(state, shape);
    }
}
