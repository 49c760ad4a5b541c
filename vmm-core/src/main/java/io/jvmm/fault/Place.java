package io.jvmm.fault;

import java.util.Locale;

/**
 * One direction of one connection through a {@link FaultProxy}.
 *
 * @param connection which connection, counted from 0 in the order in which they were made
 * @param direction which way
 */
public record Place(int connection, Direction direction) {
    /** Checks the sign. */
    public Place {
        if (connection < 0) {
            throw new IllegalArgumentException(
                    "Connections are counted from 0: connection=" + connection);
        }
    }

    /**
     * From the source to the destination.
     *
     * @param connection which connection
     * @return the place
     */
    public static Place forward(int connection) {
        return new Place(connection, Direction.FORWARD);
    }

    /**
     * From the destination to the source.
     *
     * @param connection which connection
     * @return the place
     */
    public static Place backward(int connection) {
        return new Place(connection, Direction.BACKWARD);
    }

    @Override
    public String toString() {
        return direction.name().toLowerCase(Locale.ROOT) + " " + connection;
    }
}
