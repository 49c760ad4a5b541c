package io.jvmm.migration;

import io.jvmm.migration.switchover.DestinationHandover;
import io.jvmm.migration.switchover.SourceHandover;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a hand-over stands, as one side knows it, for {@code migrate-handover-query}.
 *
 * @param side {@code source}, {@code destination} or {@code none}
 * @param state the state of that side's hand-over, in lower case with hyphens
 * @param attempt the attempt it is about, counted from 1; 0 without a migration
 * @param whoRuns who may run the guest
 * @param advice what to do, and what each answer to {@code migrate-handover-resolve} means
 * @param lastAnswer what came of asking the destination again, null if it was not asked
 */
public record HandoverInfo(
        String side,
        String state,
        int attempt,
        String whoRuns,
        String advice,
        @Nullable String lastAnswer) {

    /** Before any migration. */
    public static final HandoverInfo NONE =
            new HandoverInfo("none", "none", 0, "this side", "Nothing to do.", null);

    static HandoverInfo atSource(
            SourceHandover.State state, int attempt, @Nullable String lastAnswer) {
        return new HandoverInfo(
                "source", label(state), attempt, whoRuns(state), advice(state), lastAnswer);
    }

    static HandoverInfo atDestination(DestinationHandover.State state, int attempt) {
        return new HandoverInfo(
                "destination", label(state), attempt, whoRuns(state), advice(state), null);
    }

    private static String label(Enum<?> state) {
        return state.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String whoRuns(SourceHandover.State state) {
        return switch (state) {
            case ITERATING, ROLLING_BACK, RETURNED, EXPIRED, CANCELLED, FAILED, RESUMED ->
                    "this side";
            case STOPPED -> "nobody; this side decides";
            case COMMITTED -> "the destination, once it has heard the order";
            case COMPLETED -> "the destination";
            case UNKNOWN, GIVEN_UP -> "the destination, or nobody; never this side";
        };
    }

    private static String whoRuns(DestinationHandover.State state) {
        return switch (state) {
            case LOADING, EXPIRED -> "the source";
            case PREPARED -> "the source, or nobody; this side only after the source's order";
            case STARTING -> "nobody; this side in a moment";
            case RUNNING -> "this side";
            case DROPPED -> "never this side";
        };
    }

    private static String advice(SourceHandover.State state) {
        return switch (state) {
            case UNKNOWN ->
                    "The destination is asked again and again. If it cannot be reached, look at it:"
                            + " if it runs the guest or is to run it, answer give-up here; if it is dead,"
                            + " or fenced so that it can never run the guest, answer resume with"
                            + " peer-is-dead. A false word about that makes two guests.";
            case GIVEN_UP ->
                    "Nothing to do here. If the destination is prepared, answer run there with"
                            + " peer-is-dead: this side never runs the guest again.";
            default -> "Nothing to do.";
        };
    }

    private static String advice(DestinationHandover.State state) {
        return switch (state) {
            case PREPARED ->
                    "The source's order is awaited, over this connection or a new one. If the source"
                            + " is lost, look at it: drop is always safe; if it is dead, or fenced so that"
                            + " it can never run the guest, answer run with peer-is-dead. A false word"
                            + " about that makes two guests.";
            case DROPPED -> "Nothing to do: this process never runs the guest.";
            case LOADING, EXPIRED, STARTING, RUNNING -> "Nothing to do.";
        };
    }
}
