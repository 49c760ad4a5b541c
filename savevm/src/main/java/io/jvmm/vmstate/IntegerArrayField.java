package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

record IntegerArrayField<T>(
        FieldType type, String name, int length, IndexedGetter<T> getter, IndexedSetter<T> setter)
        implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        for (int i = 0; i < length; i++) {
            type.put(out, getter.get(state, i));
        }
    }

    @Override
    public void load(T state, StreamReader in) {
        for (int i = 0; i < length; i++) {
            setter.set(state, i, type.get(in));
        }
    }

    @Override
    public int size(T state) {
        return length * type.size();
    }

    @Override
    public void describe(T state, JsonText json) {
        json.beginObject();
        json.member("name", name).member("array_len", length);
        json.member("type", type.label()).member("size", type.size());
        json.endObject();
    }
}
