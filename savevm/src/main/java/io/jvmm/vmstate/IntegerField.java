package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.function.ObjLongConsumer;
import java.util.function.ToLongFunction;

record IntegerField<T>(
        FieldType type, String name, ToLongFunction<T> getter, ObjLongConsumer<T> setter)
        implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        type.put(out, getter.applyAsLong(state));
    }

    @Override
    public void load(T state, StreamReader in) {
        setter.accept(state, type.get(in));
    }

    @Override
    public int size(T state) {
        return type.size();
    }

    @Override
    public void describe(T state, JsonText json) {
        json.beginObject();
        json.member("name", name).member("type", type.label()).member("size", type.size());
        json.endObject();
    }
}
