package io.jvmm.vmstate;

/**
 * Stores one element of an array field.
 *
 * @param <T> the state object
 */
@FunctionalInterface
public interface IndexedSetter<T> {
    /**
     * Stores the value.
     *
     * @param state the state object
     * @param index from 0
     * @param value extended to 64 bits by the rule of the field's type
     */
    void set(T state, int index, long value);
}
