package io.jvmm.vfio.check;

/** What a device did with a request for a state. */
public enum Mark {
    /** It is there, as it must be. */
    ENTERED,
    /** It refused, as it must. */
    REFUSED,
    /** It did not do as it must. */
    FAILED,
    /** It was not asked: nothing leads to the state that the pair begins with. */
    UNTESTED
}
