package io.jvmm.stream.channel;

/**
 * What goes wrong in one direction of a {@link ChannelPair}, counted in bytes written.
 *
 * @param stallAt the byte before which writing stops until {@link ChannelPair#release}; {@link
 *     #NEVER} = none
 * @param cutAt the byte before which the connection breaks; {@link #NEVER} = none
 * @param bytesPerSecond how fast the line is, 0 = as fast as it can
 */
public record Faults(long stallAt, long cutAt, long bytesPerSecond) {
    /** A byte that is never reached. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Nothing goes wrong. */
    public static final Faults NONE = new Faults(NEVER, NEVER, 0);

    /** Checks the signs. */
    public Faults {
        if (stallAt < 0 || cutAt < 0 || bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "Negative fault: stallAt=%d cutAt=%d bytesPerSecond=%d"
                            .formatted(stallAt, cutAt, bytesPerSecond));
        }
    }

    /**
     * The line stands still at some point.
     *
     * @param bytes how much passes before
     * @return the fault
     */
    public static Faults stallAt(long bytes) {
        return new Faults(bytes, NEVER, 0);
    }

    /**
     * The line breaks at some point.
     *
     * @param bytes how much passes before
     * @return the fault
     */
    public static Faults cutAt(long bytes) {
        return new Faults(NEVER, bytes, 0);
    }

    /**
     * The line is slow.
     *
     * @param bytesPerSecond how fast it is, at least 1
     * @return the fault
     */
    public static Faults throttle(long bytesPerSecond) {
        return new Faults(NEVER, NEVER, bytesPerSecond);
    }
}
