package io.jvmm.vfio.user.server;

import io.jvmm.linux.Errno;

/** What becomes of an arc of the migration state machine. */
public sealed interface ArcOutcome {
    /** The device arrives. */
    record Pass() implements ArcOutcome {}

    /**
     * The device stays where it is.
     *
     * @param errno what the client is told
     */
    record Refuse(Errno errno) implements ArcOutcome {}

    /** The device is in ERROR then, and the client is told EIO. */
    record Fail() implements ArcOutcome {}

    /** The device does not come back until {@link ServedDevice#release}; then it arrives. */
    record Hang() implements ArcOutcome {}

    /** The server closes the connection; the device stays where it is. */
    record Disconnect() implements ArcOutcome {}

    /** The server dies: the connection and the socket are gone for good. */
    record Die() implements ArcOutcome {}
}
