package io.jvmm.stream.wire;

/**
 * The hash of a RAM block, for the test mode that compares both sides.
 *
 * @param block the block's name, at most 255 characters
 * @param hash 64 bits over all its bytes
 */
public record BlockHash(String block, long hash) {
    /** Checks the name's length. */
    public BlockHash {
        if (block.length() > 255) {
            throw new IllegalArgumentException("The name is too long: block=" + block);
        }
    }
}
