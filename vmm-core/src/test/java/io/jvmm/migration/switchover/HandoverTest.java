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
    @EnumSource(names = {"EXPIRE", "CANCEL", "FAIL", "DROPPED", "LINK_LOST"})
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
    @EnumSource(names = {"EXPIRE", "CANCEL", "FAIL", "DROPPED", "LINK_LOST"})
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
        SourceHandover.Step step = SourceHandover.next(SourceHandover.State.COMMITTED, event, false);
        assertThat(step.action() == SourceHandover.Action.RESUME_GUEST)
                .isEqualTo(event == SourceHandover.Event.DROPPED);
        assertThat(step.state().guestIsHere()).isEqualTo(event == SourceHandover.Event.DROPPED);
    }

    @ParameterizedTest
    @EnumSource
    void shouldStartAPreparedGuestOnGoOnly(DestinationHandover.Event event) {
        DestinationHandover.Step step =
                DestinationHandover.next(DestinationHandover.State.PREPARED, event, false);
        assertThat(step.action() == DestinationHandover.Action.START_GUEST)
                .isEqualTo(event == DestinationHandover.Event.GO);
    }

    @ParameterizedTest
    @EnumSource
    void shouldStayPreparedThroughEverythingButAWord(DestinationHandover.Event event) {
        Set<DestinationHandover.Event> words =
                EnumSet.of(
                        DestinationHandover.Event.GO,
                        DestinationHandover.Event.ABORT,
                        DestinationHandover.Event.DROP);
        DestinationHandover.Step step =
                DestinationHandover.next(DestinationHandover.State.PREPARED, event, false);
        assertThat(step.state() == DestinationHandover.State.PREPARED)
                .isEqualTo(!words.contains(event));
    }

    @ParameterizedTest
    @EnumSource
    void shouldBeDroppedForEver(DestinationHandover.Event event) {
        DestinationHandover.Step step =
                DestinationHandover.next(DestinationHandover.State.DROPPED, event, false);
        assertThat(step)
                .isEqualTo(
                        new DestinationHandover.Step(
                                DestinationHandover.State.DROPPED,
                                DestinationHandover.Action.NONE));
    }

    @Test
    void shouldNotObeyAGoBeforeEverythingIsLoaded() {
        DestinationHandover destination = new DestinationHandover();
        assertThat(destination.fire(DestinationHandover.Event.GO))
                .isEqualTo(DestinationHandover.Action.SEND_DROPPED);
        assertThat(destination.state()).isEqualTo(DestinationHandover.State.DROPPED);
    }
}
