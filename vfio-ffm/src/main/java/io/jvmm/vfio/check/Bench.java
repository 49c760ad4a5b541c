package io.jvmm.vfio.check;

/**
 * What the checks work with.
 *
 * @param source the device whose state is read
 * @param destination the device that it is written into; may be the same
 * @param reference the state of the source, once it has been read
 * @param options how the devices are checked
 * @param log takes what becomes of the checks
 * @param large moves state in large pieces, as a migration does
 */
record Bench(
        Subject source,
        Subject destination,
        Reference reference,
        CheckOptions options,
        CheckLog log,
        StateTransfer large) {
    private static final int SMALL = 7;
    private static final int SMALL_OF_LARGE = 4093;
    private static final long LARGE_STATE = 64 << 10;

    /** A transfer in pieces that fit nothing, but not too many of them. */
    StateTransfer small() {
        int piece = reference.image().size() > LARGE_STATE ? SMALL_OF_LARGE : SMALL;
        return new StateTransfer(piece, options.stateLimit());
    }
}
