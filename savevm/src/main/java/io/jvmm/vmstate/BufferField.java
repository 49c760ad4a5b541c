package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.function.Function;

/** Raw bytes of a fixed length, kept in an array that exists already. */
record BufferField<T>(String name, int length, Function<T, byte[]> bytes) implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        out.putBytes(bytes.apply(state));
    }

    @Override
    public void load(T state, StreamReader in) {
        byte[] into = bytes.apply(state);
        for (int i = 0; i < length; i++) {
            into[i] = (byte) in.getU8();
        }
    }

    @Override
    public int size(T state) {
        return length;
    }

    @Override
    public void describe(T state, JsonText json) {
        json.beginObject();
        json.member("name", name).member("type", "buffer").member("size", length);
        json.endObject();
    }
}
