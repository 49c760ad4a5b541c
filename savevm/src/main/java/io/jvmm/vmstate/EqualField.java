package io.jvmm.vmstate;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.function.ToLongFunction;

/** A value that both sides must have alike: loading compares. */
record EqualField<T>(FieldType type, String name, ToLongFunction<T> getter) implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        type.put(out, getter.applyAsLong(state));
    }

    @Override
    public void load(T state, StreamReader in) {
        long position = in.position();
        long sent = type.get(in);
        long own = getter.applyAsLong(state);
        if (sent != own) {
            throw new StreamFormatException(
                    "The field must be equal on both sides: field=%s sent=%d own=%d"
                            .formatted(name, sent, own),
                    position);
        }
    }

    @Override
    public int size(T state) {
        return type.size();
    }

    @Override
    public void describe(T state, JsonText json) {
        json.beginObject();
        json.member("name", name).member("type", type.equalLabel()).member("size", type.size());
        json.endObject();
    }
}
