package io.jvmm.vmstate;

/**
 * Reads one element of an array field.
 *
 * @param <T> the state object
 */
@FunctionalInterface
public interface IndexedGetter<T> {
    /**
     * The element's value.
     *
     * @param state the state object
     * @param index from 0
     * @return the value; only the low bits that the field's type holds are saved
     */
    long get(T state, int index);
}
