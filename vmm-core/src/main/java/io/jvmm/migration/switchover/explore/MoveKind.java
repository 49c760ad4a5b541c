package io.jvmm.migration.switchover.explore;

/** Who makes a move. */
enum MoveKind {
    /** A message arrives. */
    ARRIVAL,
    /** A side does its next step. */
    STEP,
    /** A deadline or a silence, early or late. */
    TIMEOUT,
    /** The source makes a new connection, or asks again. */
    RECONNECT,
    /** Someone says something at a monitor. */
    OPERATOR,
    /** An error, a lost message, a cut link, a crash, a restart. */
    FAULT;

    /** Whether it happens by itself, sooner or later, without a new connection. */
    boolean isProgress() {
        return switch (this) {
            case ARRIVAL, STEP, TIMEOUT -> true;
            case RECONNECT, OPERATOR, FAULT -> false;
        };
    }
}
