package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/** A hole that an older layout left: saved as zeros, skipped when loading. */
record UnusedField<T>(int length) implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        for (int i = 0; i < length; i++) {
            out.putU8(0);
        }
    }

    @Override
    public void load(T state, StreamReader in) {
        in.skip(length);
    }

    @Override
    public int size(T state) {
        return length;
    }

    @Override
    public void describe(T state, JsonText json) {
        json.beginObject();
        json.member("name", "unused").member("type", "unused_buffer").member("size", length);
        json.endObject();
    }
}
