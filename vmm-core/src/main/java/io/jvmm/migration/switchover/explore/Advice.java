package io.jvmm.migration.switchover.explore;

import java.util.List;

/** Who runs the guest where both sides have come to rest, and what a person has to do. */
enum Advice {
    /** There is none: it never comes to rest like that. */
    NONE(World.Runner.NOBODY, List.of(), ""),
    RUNS_HERE(World.Runner.SOURCE, List.of(), "nothing"),
    RUNS_THERE(World.Runner.DESTINATION, List.of(), "nothing"),
    OFFER_ABORT(
            World.Runner.SOURCE,
            List.of(SourceMoves.OFFER_ABORT),
            "nothing: the source offers ABORT in the background. Where that stays in vain: `drop` at"
                    + " the destination"),
    WAIT_OR_GIVE_UP(
            World.Runner.DESTINATION,
            List.of(SourceMoves.ASK, SourceMoves.ASK_AGAIN),
            "wait: the source asks until it is answered. Or `give-up` at the source"),
    GO_AGAIN(
            World.Runner.NOBODY,
            List.of(SourceMoves.ASK, SourceMoves.ASK_AGAIN),
            "wait: once there is a link the source asks, and says GO again. Or `drop` at the"
                    + " destination, then `resume` at the source with `peer-is-dead=true`. Or fence"
                    + " the source, then `run` at the destination with `peer-is-dead=true`"),
    WAIT_OR_RESUME(
            World.Runner.NOBODY,
            List.of(SourceMoves.ASK, SourceMoves.ASK_AGAIN, SourceMoves.RESUME),
            "wait: once there is a link the source asks, and the guest runs there again. Or"
                    + " `resume` at the source with `peer-is-dead=true`: for this guest it is"),
    RESUME(
            World.Runner.NOBODY,
            List.of(SourceMoves.RESUME),
            "`resume` at the source with `peer-is-dead=true`: the guest goes on from its stop;"
                    + " what it did at the destination since, if it ran there, is lost"),
    RUN(
            World.Runner.NOBODY,
            List.of(DestinationMoves.RUN),
            "`run` at the destination with `peer-is-dead=true`: the guest goes on from its stop;"
                    + " what it did at the source since, if it was aborted there, is lost"),
    ENDED(
            World.Runner.NOBODY,
            List.of(),
            "start the guest anew: it ended with the process that had it"),
    GIVEN_UP(
            World.Runner.NOBODY,
            List.of(),
            "start the guest anew: an operator gave it up at the source, and it did not live on");

    private final World.Runner runner;

    @SuppressWarnings("ImmutableEnumChecker") // List.of
    private final List<String> help;

    private final String text;

    Advice(World.Runner runner, List<String> help, String text) {
        this.runner = runner;
        this.help = help;
        this.text = text;
    }

    World.Runner runner() {
        return runner;
    }

    /** Which moves lead on, by their labels; none if there is nowhere to lead to. */
    List<String> help() {
        return help;
    }

    /** Whether the guest runs and both sides know it. */
    boolean isSettled() {
        return this == RUNS_HERE || this == RUNS_THERE;
    }

    String text() {
        return text;
    }
}
