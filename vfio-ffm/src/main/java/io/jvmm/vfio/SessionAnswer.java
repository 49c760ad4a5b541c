package io.jvmm.vfio;

/** What a device's answer to a request for a state says of the session of data. */
public enum SessionAnswer {
    /** A new session has begun. */
    BEGUN,
    /** None has begun; one that was open may go on. */
    NONE,
    /** The answer does not tell: vfio-user has no descriptor for it. */
    UNTOLD
}
