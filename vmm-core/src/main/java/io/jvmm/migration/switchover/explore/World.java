package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.switchover.explore.Word.Message;

/**
 * Both sides and what is on the wire between them. At most one of the connections is open: a side
 * that makes a new one has given the last one up.
 *
 * @param source the source
 * @param destination the destination
 * @param first one connection
 * @param second the other
 */
record World(SourceSide source, DestinationSide destination, Connection first, Connection second) {
    static final World START =
            new World(SourceSide.START, DestinationSide.START, Connection.NEW, Connection.NONE);

    World with(SourceSide changed) {
        return new World(changed, destination, first, second);
    }

    World with(DestinationSide changed) {
        return new World(source, changed, first, second);
    }

    Connection connection(boolean isFirst) {
        return isFirst ? first : second;
    }

    World with(boolean isFirst, Connection changed) {
        return isFirst
                ? new World(source, destination, changed, second)
                : new World(source, destination, first, changed);
    }

    boolean isConnected() {
        return first.isOpen() || second.isOpen();
    }

    /** Whether a new connection can be made: none is open, and one of the two is forgotten. */
    boolean canConnect() {
        return !isConnected() && (first.isEmpty() || second.isEmpty());
    }

    World connected() {
        return with(first.isEmpty(), Connection.NEW);
    }

    /** The source says something over the open connection, if there is one. */
    World sendDown(Message message) {
        if (!isConnected()) {
            return this;
        }
        return with(first.isOpen(), connection(first.isOpen()).sendDown(message));
    }

    /** The destination says something over the open connection, if there is one. */
    World sendUp(Message message) {
        if (!isConnected()) {
            return this;
        }
        return with(first.isOpen(), connection(first.isOpen()).sendUp(message));
    }

    World disconnected() {
        return new World(source, destination, first.closed(), second.closed());
    }

    World sourceCrashed() {
        return new World(SourceSide.CRASHED, destination, first.sourceGone(), second.sourceGone());
    }

    World destinationCrashed() {
        return new World(
                source,
                destination.gone(DestinationSide.Presence.CRASHED),
                first.destinationGone(),
                second.destinationGone());
    }

    Runner runner() {
        if (source.runs()) {
            return destination.runs() ? Runner.BOTH : Runner.SOURCE;
        }
        return destination.runs() ? Runner.DESTINATION : Runner.NOBODY;
    }

    @Override
    public String toString() {
        return "source %s | destination %s | %s | %s".formatted(source, destination, first, second);
    }

    /** Who runs the guest, or holds it paused as it was. */
    enum Runner {
        SOURCE("source"),
        DESTINATION("destination"),
        NOBODY("nobody"),
        BOTH("both");

        private final String label;

        Runner(String label) {
            this.label = label;
        }

        String label() {
            return label;
        }
    }
}
