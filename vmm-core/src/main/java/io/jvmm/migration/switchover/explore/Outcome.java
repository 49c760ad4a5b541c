package io.jvmm.migration.switchover.explore;

import java.util.Comparator;

/**
 * Where both sides stand.
 *
 * @param source the source
 * @param destination the destination
 */
record Outcome(SourceSide.Standing source, DestinationSide.Standing destination)
        implements Comparable<Outcome> {
    private static final Comparator<Outcome> ORDER =
            Comparator.comparing(Outcome::source).thenComparing(Outcome::destination);

    static Outcome of(World world) {
        return new Outcome(
                SourceSide.Standing.of(world.source()),
                DestinationSide.Standing.of(world.destination()));
    }

    Advice advice() {
        return switch (source) {
            case UNDER_WAY -> Advice.NONE;
            case ABORTED -> afterAbort();
            case RETURNED, RESUMED -> runsAtSource();
            case UNKNOWN -> whileUnknown();
            case COMPLETED -> afterCompletion();
            case GIVEN_UP -> afterGivingUp();
            case CRASHED -> afterCrash();
        };
    }

    private Advice afterAbort() {
        return switch (destination) {
            case STARTING, RUNNING -> Advice.NONE;
            case LOADING, PREPARED -> Advice.OFFER_ABORT;
            case DROPPED, GONE -> Advice.RUNS_HERE;
        };
    }

    private Advice runsAtSource() {
        return switch (destination) {
            case LOADING, PREPARED, STARTING, RUNNING -> Advice.NONE;
            case DROPPED, GONE -> Advice.RUNS_HERE;
        };
    }

    private Advice whileUnknown() {
        return switch (destination) {
            case LOADING, STARTING -> Advice.NONE;
            case PREPARED -> Advice.GO_AGAIN;
            case RUNNING -> Advice.WAIT_OR_GIVE_UP;
            case DROPPED -> Advice.WAIT_OR_RESUME;
            case GONE -> Advice.RESUME;
        };
    }

    private Advice afterCompletion() {
        return switch (destination) {
            case LOADING, PREPARED, STARTING, DROPPED -> Advice.NONE;
            case RUNNING -> Advice.RUNS_THERE;
            case GONE -> Advice.ENDED;
        };
    }

    private Advice afterGivingUp() {
        return switch (destination) {
            case LOADING, STARTING -> Advice.NONE;
            case PREPARED -> Advice.RUN;
            case RUNNING -> Advice.RUNS_THERE;
            case DROPPED, GONE -> Advice.GIVEN_UP;
        };
    }

    private Advice afterCrash() {
        return switch (destination) {
            case STARTING -> Advice.NONE;
            case PREPARED -> Advice.RUN;
            case RUNNING -> Advice.RUNS_THERE;
            case LOADING, DROPPED, GONE -> Advice.ENDED;
        };
    }

    @Override
    public int compareTo(Outcome other) {
        return ORDER.compare(this, other);
    }
}
