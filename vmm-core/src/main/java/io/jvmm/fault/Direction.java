package io.jvmm.fault;

/** Which way bytes go through a {@link FaultProxy}. */
public enum Direction {
    /** From the one who connected, the source, to the one who listens, the destination. */
    FORWARD,
    /** From the destination to the source. */
    BACKWARD
}
