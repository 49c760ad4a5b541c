package io.jvmm.fault;

/**
 * What goes wrong in one direction of a connection. Times are nanoseconds.
 *
 * <p>Before the first byte of a connection, {@link Cut} refuses it and {@link Drop} loses it.
 */
public sealed interface Fault {
    /** A time that does not end before {@link FaultProxy#lift}. */
    long FOREVER = Long.MAX_VALUE;

    /**
     * What comes from now on is lost, the end of the connection as well; nobody is told, as when a
     * cable is out.
     */
    record Drop() implements Fault {}

    /**
     * Every byte takes longer.
     *
     * @param nanos by how much
     */
    record Delay(long nanos) implements Fault {
        /** Checks the sign. */
        public Delay {
            requirePositive("nanos", nanos);
        }
    }

    /**
     * The line is slow.
     *
     * @param bytesPerSecond how fast it is
     */
    record Throttle(long bytesPerSecond) implements Fault {
        /** Checks the sign. */
        public Throttle {
            requirePositive("bytesPerSecond", bytesPerSecond);
        }
    }

    /**
     * Nothing passes for a time, and nothing is lost.
     *
     * @param nanos how long, or {@link #FOREVER}
     */
    record Stall(long nanos) implements Fault {
        /** Checks the sign. */
        public Stall {
            requirePositive("nanos", nanos);
        }
    }

    /** The connection breaks: both sides see a reset (tcp), or the end (unix). */
    record Cut() implements Fault {}

    /** The end of this direction; the other one goes on. What the sender says after it is lost. */
    record HalfClose() implements Fault {}

    /**
     * This direction falls behind another one: it waits until that has carried so many bytes.
     *
     * @param other which one; it need not exist yet
     * @param bytes how many, counted from its beginning
     * @param atMostNanos how long it waits at most
     */
    record FallBehind(Place other, long bytes, long atMostNanos) implements Fault {
        /** Checks the signs. */
        public FallBehind {
            requirePositive("bytes", bytes);
            requirePositive("atMostNanos", atMostNanos);
        }
    }

    private static void requirePositive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException("Not positive: " + name + "=" + value);
        }
    }
}
