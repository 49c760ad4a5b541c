package io.jvmm.migration.switchover.explore;

import io.jvmm.migration.RunState;
import io.jvmm.migration.switchover.DestinationHandover;
import io.jvmm.migration.switchover.HandoverAttempt;
import io.jvmm.migration.switchover.SourceHandover;
import io.jvmm.migration.switchover.explore.DestinationSide.Load;

/** A hand-over with one rule changed, which an exploration must notice. */
enum Mutant {
    READY_DROPPED(
            "the source commits without waiting for READY",
            new HandoverRules() {
                @Override
                public boolean sourceAwaitsReady() {
                    return false;
                }
            }),
    READY_EARLY(
            "the destination says READY before devices left RESUMING",
            new HandoverRules() {
                @Override
                public boolean isLoaded(Load load) {
                    return load != Load.NOTHING;
                }
            }),
    START_ON_TIMEOUT(
            "a prepared destination starts when its deadline passes",
            destination(
                    DestinationHandover.State.PREPARED,
                    DestinationHandover.Event.EXPIRE,
                    new DestinationHandover.Step(
                            DestinationHandover.State.STARTING,
                            DestinationHandover.Action.START_GUEST,
                            false))),
    RESUME_AFTER_GO(
            "the source resumes when the link is lost after GO",
            source(
                    SourceHandover.State.COMMITTED,
                    SourceHandover.Event.LINK_LOST,
                    returned(SourceHandover.State.RETURNED))),
    ABORT_ON_PREPARED(
            "the source aborts after the commit when the destination says that it is prepared",
            source(
                    SourceHandover.State.UNKNOWN,
                    SourceHandover.Event.READY,
                    returned(SourceHandover.State.FAILED))),
    CANCEL_AFTER_COMMIT(
            "migrate_cancel after the commit brings the guest back",
            source(
                    SourceHandover.State.COMMITTED,
                    SourceHandover.Event.CANCEL,
                    returned(SourceHandover.State.CANCELLED))),
    NO_ATTEMPT_NUMBER(
            "a message about another attempt is heard",
            new HandoverRules() {
                @Override
                public boolean sourceHears(int attempt, int underWay) {
                    return true;
                }

                @Override
                public boolean destinationHears(
                        DestinationHandover.State state,
                        DestinationHandover.Event event,
                        int attempt,
                        int underWay) {
                    return true;
                }
            }),
    NO_SUCH_SESSION_IS_DROPPED(
            "the source takes NO_SUCH_SESSION for DROPPED",
            source(
                    SourceHandover.State.UNKNOWN,
                    SourceHandover.Event.NO_SUCH_SESSION,
                    returned(SourceHandover.State.RETURNED))),
    DROP_WHILE_STARTING(
            "the destination gives up a guest that it is starting",
            destination(
                    DestinationHandover.State.STARTING,
                    DestinationHandover.Event.DROP,
                    new DestinationHandover.Step(
                            DestinationHandover.State.DROPPED,
                            DestinationHandover.Action.SEND_DROPPED,
                            false))),
    STARTED_EARLY(
            "the destination answers GO with STARTED before it starts the guest",
            destination(
                    DestinationHandover.State.PREPARED,
                    DestinationHandover.Event.GO,
                    new DestinationHandover.Step(
                            DestinationHandover.State.STARTING,
                            DestinationHandover.Action.SEND_STARTED,
                            false))),
    GO_NOT_OBEYED(
            "a prepared destination answers GO with READY, and does not start",
            destination(
                    DestinationHandover.State.PREPARED,
                    DestinationHandover.Event.GO,
                    new DestinationHandover.Step(
                            DestinationHandover.State.PREPARED,
                            DestinationHandover.Action.SEND_READY,
                            false))),
    SILENCE_UNNOTICED(
            "a source that has committed waits for the answer for ever",
            source(
                    SourceHandover.State.COMMITTED,
                    SourceHandover.Event.LINK_LOST,
                    new SourceHandover.Step(
                            SourceHandover.State.COMMITTED, SourceHandover.Action.NONE, false))),
    LAST_WORD_IGNORED(
            "an ABORT for good is ignored when it bears the number of the attempt before",
            new HandoverRules() {
                @Override
                public boolean destinationHears(
                        DestinationHandover.State state,
                        DestinationHandover.Event event,
                        int attempt,
                        int underWay) {
                    return state == DestinationHandover.State.DROPPED
                            || HandoverAttempt.concerns(attempt, underWay);
                }
            }),
    DONE_EARLY(
            "the source says DONE right after GO, so the destination listens no more",
            new HandoverRules() {
                @Override
                public boolean saysDoneEarly() {
                    return true;
                }
            }),
    STRANGER_SAYS_DROPPED(
            "a restarted destination answers DROPPED for a session that it does not know",
            new HandoverRules() {
                @Override
                public Word strangersAnswer() {
                    return Word.DROPPED;
                }
            }),
    CONT_WHILE_PREPARED("cont is allowed in prepared", cont(RunState.PREPARED)),
    CONT_WHILE_UNKNOWN("cont is allowed in handover-unknown", cont(RunState.HANDOVER_UNKNOWN));

    private final String text;

    @SuppressWarnings("ImmutableEnumChecker") // rules have no state
    private final HandoverRules rules;

    Mutant(String text, HandoverRules rules) {
        this.text = text;
        this.rules = rules;
    }

    String text() {
        return text;
    }

    HandoverRules rules() {
        return rules;
    }

    private static SourceHandover.Step returned(SourceHandover.State state) {
        return new SourceHandover.Step(state, SourceHandover.Action.RESUME_GUEST, false);
    }

    private static HandoverRules source(
            SourceHandover.State at, SourceHandover.Event on, SourceHandover.Step step) {
        return new HandoverRules() {
            @Override
            public SourceHandover.Step source(
                    SourceHandover.State state, SourceHandover.Event event, boolean attemptsLeft) {
                return state == at && event == on
                        ? step
                        : PRODUCTION.source(state, event, attemptsLeft);
            }
        };
    }

    private static HandoverRules destination(
            DestinationHandover.State at,
            DestinationHandover.Event on,
            DestinationHandover.Step step) {
        return new HandoverRules() {
            @Override
            public DestinationHandover.Step destination(
                    DestinationHandover.State state,
                    DestinationHandover.Event event,
                    boolean mayBeRetried) {
                return state == at && event == on
                        ? step
                        : PRODUCTION.destination(state, event, mayBeRetried);
            }
        };
    }

    private static HandoverRules cont(RunState allowed) {
        return new HandoverRules() {
            @Override
            public boolean allowsCont(RunState state) {
                return state == allowed || PRODUCTION.allowsCont(state);
            }
        };
    }
}
