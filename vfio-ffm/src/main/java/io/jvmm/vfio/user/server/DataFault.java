package io.jvmm.vfio.user.server;

/** What a device does wrong on purpose, besides its arcs. */
public enum DataFault {
    /** The first bytes of its state are not those that a device knows as its own. */
    BAD_HEADER,
    /** A BAR says that it is negative in size. */
    BAD_REGION_SIZE,
    /** The twin socket is granted, but its descriptor does not come. */
    TOO_FEW_DESCRIPTORS,
    /** The answer to a read of state is longer than what was asked for. */
    REPLY_TOO_LONG
}
