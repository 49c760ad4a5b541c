package io.jvmm.vmstate;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/** An array of parts. Described once for all elements, unless subsections can make them differ. */
record StructArrayField<T, S>(
        String name, int length, VmStateDescription<S> description, IndexedElement<T, S> element)
        implements Field<T> {
    @Override
    public void save(T state, StreamWriter out) {
        for (int i = 0; i < length; i++) {
            description.save(element.get(state, i), out);
        }
    }

    @Override
    public void load(T state, StreamReader in) {
        for (int i = 0; i < length; i++) {
            description.load(element.get(state, i), in, description.version());
        }
    }

    @Override
    public int size(T state) {
        int size = 0;
        for (int i = 0; i < length; i++) {
            size += description.size(element.get(state, i));
        }
        return size;
    }

    @Override
    public void describe(T state, JsonText json) {
        if (isVariable()) {
            for (int i = 0; i < length; i++) {
                describeElement(state, i, "index", i, json);
            }
        } else {
            describeElement(state, 0, "array_len", length, json);
        }
    }

    private void describeElement(T state, int index, String key, int value, JsonText json) {
        S part = element.get(state, index);
        json.beginObject().member("name", name).member(key, value).member("type", "struct");
        json.name("struct").beginObject();
        description.describe(part, json);
        json.endObject().member("size", description.size(part)).endObject();
    }

    @Override
    public boolean isVariable() {
        return description.isVariable();
    }

    @Override
    public long shape(T state, long shape) {
        long result = shape;
        if (isVariable()) {
            for (int i = 0; i < length; i++) {
                result = description.shape(element.get(state, i), result);
            }
        }
        return result;
    }
}
