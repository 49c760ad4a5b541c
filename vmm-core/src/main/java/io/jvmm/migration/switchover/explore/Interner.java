package io.jvmm.migration.switchover.explore;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives equal values one small number: a world is then four of them, in one long. */
final class Interner<T> {
    static final int BITS = 16;
    static final int MASK = (1 << BITS) - 1;

    private final Map<T, Integer> ids = new HashMap<>();
    private final List<T> values = new ArrayList<>();

    int idOf(T value) {
        Integer known = ids.get(value);
        if (known != null) {
            return known;
        }
        int id = values.size();
        if (id > MASK) {
            throw new IllegalStateException("Too many different values. value=" + value);
        }
        ids.put(value, id);
        values.add(value);
        return id;
    }

    T valueOf(int id) {
        return values.get(id);
    }
}
