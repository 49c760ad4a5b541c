package io.jvmm.migration;

/**
 * How an incoming migration behaves.
 *
 * @param exitOnError whether the process ends when the load fails
 * @param loadDelayMillis how long the load of the first device section takes at least; 0 but for
 *     demonstrations and tests of a slow destination
 */
public record IncomingOptions(boolean exitOnError, long loadDelayMillis) {
    /** Fails fast and is not slowed down. */
    public static final IncomingOptions DEFAULT = new IncomingOptions(true, 0);

    /** Checks the values. */
    public IncomingOptions {
        if (loadDelayMillis < 0) {
            throw new IllegalArgumentException(
                    "The load delay is negative: loadDelayMillis=" + loadDelayMillis);
        }
    }
}
