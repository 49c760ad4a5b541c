package io.jvmm.vmstate;

/**
 * Finds one element of an array of structs. Must hand out an object that exists already: saving and
 * loading allocate nothing.
 *
 * @param <T> the state object
 * @param <S> the element
 */
@FunctionalInterface
public interface IndexedElement<T, S> {
    /**
     * The element.
     *
     * @param state the state object
     * @param index from 0
     * @return the element, which loading changes in place
     */
    S get(T state, int index);
}
