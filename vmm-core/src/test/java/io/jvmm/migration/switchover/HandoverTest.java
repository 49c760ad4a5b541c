package io.jvmm.migration.switchover;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HandoverTest {
    @Test
    void shouldCommitOnReadyAndCompleteOnStarted() {
        SourceHandover source = new SourceHandover(1);
        assertThat(source.fire(SourceHandover.Event.STOP)).isEqualTo(SourceHandover.Action.NONE);
        assertThat(source.fire(SourceHandover.Event.READY))
                .isEqualTo(SourceHandover.Action.SEND_GO);
        assertThat(source.fire(SourceHandover.Event.STARTED))
                .isEqualTo(SourceHandover.Action.COMPLETE);
        assertThat(source.state()).isEqualTo(SourceHandover.State.COMPLETED);
    }

    @ParameterizedTest
    @EnumSource(names = {"EXPIRE", "CANCEL", "FAIL", "DROPPED", "DROPPED_EXPIRED", "LINK_LOST"})
    void shouldResumeTheGuestOnceWhenStopped(SourceHandover.Event event) {
        SourceHandover source = new SourceHandover(1);
        source.fire(SourceHandover.Event.STOP);
        assertThat(source.fire(event)).isEqualTo(SourceHandover.Action.RESUME_GUEST);
        for (SourceHandover.Event later : SourceHandover.Event.values()) {
            assertThat(source.fire(later)).isEqualTo(SourceHandover.Action.NONE);
        }
        assertThat(source.state().guestIsHere()).isTrue();
        assertThat(source.state().isAborted()).isTrue();
    }

    @ParameterizedTest
    @EnumSource(names = {"CANCEL", "FAIL", "DROPPED", "DROPPED_EXPIRED", "LINK_LOST"})
    void shouldHaveNothingToResumeBeforeTheStop(SourceHandover.Event event) {
        SourceHandover source = new SourceHandover(1);
        assertThat(source.fire(event)).isEqualTo(SourceHandover.Action.NONE);
        assertThat(source.state().isAborted()).isTrue();
        source.fire(SourceHandover.Event.STOP);
        assertThat(source.state().isAborted()).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTakeACommitBackOnTheDestinationsWordOnly(SourceHandover.Event event) {
        Set<SourceHandover.Event> words =
                EnumSet.of(SourceHandover.Event.DROPPED, SourceHandover.Event.DROPPED_EXPIRED);
        SourceHandover.Step step = SourceHandover.next(SourceHandover.State.COMMITTED, event, true);
        assertThat(step.action() == SourceHandover.Action.RESUME_GUEST)
                .isEqualTo(words.contains(event));
        assertThat(step.state().guestIsHere()).isEqualTo(words.contains(event));
    }

    @ParameterizedTest
    @EnumSource
    void shouldStartAPreparedGuestOnGoOrTheOperatorsWordOnly(DestinationHandover.Event event) {
        DestinationHandover.Step step =
                DestinationHandover.next(DestinationHandover.State.PREPARED, event, true);
        assertThat(step.action() == DestinationHandover.Action.START_GUEST)
                .isEqualTo(
                        event == DestinationHandover.Event.GO
                                || event == DestinationHandover.Event.RUN);
    }

    @Test
    void shouldNotObeyAGoBeforeEverythingIsLoaded() {
        DestinationHandover destination = new DestinationHandover();
        assertThat(destination.fire(DestinationHandover.Event.GO))
                .isEqualTo(DestinationHandover.Action.SEND_DROPPED);
        assertThat(destination.state()).isEqualTo(DestinationHandover.State.DROPPED);
    }

    @Test
    void shouldTryAgainAfterTheDestinationHasForgottenTheAttempt() {
        SourceHandover source = new SourceHandover(2);
        source.fire(SourceHandover.Event.STOP);
        assertThat(source.fire(SourceHandover.Event.EXPIRE))
                .isEqualTo(SourceHandover.Action.RESUME_GUEST);
        assertThat(source.state()).isEqualTo(SourceHandover.State.ROLLING_BACK);
        assertThat(source.fire(SourceHandover.Event.ROLLED_BACK, 1))
                .isEqualTo(SourceHandover.Action.ITERATE);
        assertThat(source.attempt()).isEqualTo(2);

        source.fire(SourceHandover.Event.STOP);
        source.fire(SourceHandover.Event.EXPIRE);
        assertThat(source.state()).isEqualTo(SourceHandover.State.EXPIRED);
    }

    @Test
    void shouldTryForEverWithoutABound() {
        SourceHandover source = new SourceHandover(0);
        for (int attempt = 1; attempt <= 1000; attempt++) {
            source.fire(SourceHandover.Event.STOP);
            source.fire(SourceHandover.Event.EXPIRE);
            source.fire(SourceHandover.Event.ROLLED_BACK, attempt);
        }
        assertThat(source.attempt()).isEqualTo(1001);
        assertThat(source.state()).isEqualTo(SourceHandover.State.ITERATING);
    }

    @Test
    void shouldIgnoreAReadyAboutAnotherAttempt() {
        SourceHandover source = new SourceHandover(2);
        source.fire(SourceHandover.Event.STOP);
        source.fire(SourceHandover.Event.EXPIRE);
        source.fire(SourceHandover.Event.ROLLED_BACK, 1);
        source.fire(SourceHandover.Event.STOP);
        assertThat(source.fire(SourceHandover.Event.READY, 1))
                .isEqualTo(SourceHandover.Action.NONE);
        assertThat(source.state()).isEqualTo(SourceHandover.State.STOPPED);
        assertThat(source.fire(SourceHandover.Event.READY, 2))
                .isEqualTo(SourceHandover.Action.SEND_GO);
    }

    @Test
    void shouldKeepTheRamOfAnAttemptThatMayBeRetried() {
        DestinationHandover destination = new DestinationHandover();
        destination.allowRetries();
        destination.fire(DestinationHandover.Event.LOADED);
        assertThat(destination.fire(DestinationHandover.Event.ABORT, 1))
                .isEqualTo(DestinationHandover.Action.SEND_ROLLED_BACK);
        assertThat(destination.attempt()).isEqualTo(2);
        assertThat(destination.fire(DestinationHandover.Event.ABORT, 1))
                .isEqualTo(DestinationHandover.Action.NONE);
        assertThat(destination.state()).isEqualTo(DestinationHandover.State.LOADING);
    }

    @Test
    void shouldSayDroppedWhateverAttemptIsAskedFor() {
        DestinationHandover destination = new DestinationHandover();
        destination.fire(DestinationHandover.Event.DROP);
        assertThat(destination.fire(DestinationHandover.Event.QUERY, 7))
                .isEqualTo(DestinationHandover.Action.SEND_DROPPED);
    }

    @Test
    void shouldEndWithASourceThatDidNotHearOfTheRollback() {
        DestinationHandover destination = new DestinationHandover();
        destination.allowRetries();
        destination.fire(DestinationHandover.Event.ABORT, 1);
        assertThat(destination.attempt()).isEqualTo(2);
        assertThat(destination.fire(DestinationHandover.Event.ABORT_FOR_GOOD, 1))
                .isEqualTo(DestinationHandover.Action.SEND_DROPPED);
    }
}
