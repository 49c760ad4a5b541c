package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.migration.switchover.SwitchoverPhase;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourceJudgeTest {
    private final AtomicLong now = new AtomicLong(100);
    private final AtomicInteger resumes = new AtomicInteger();
    private final AtomicInteger breaks = new AtomicInteger();
    private final SourceJudge judge =
            new SourceJudge(() -> resumes.incrementAndGet() > 0, now::get, breaks::incrementAndGet);

    @Test
    void shouldResumeTheGuestAndBreakInWhenTheDeadlinePasses() {
        judge.stopping();
        judge.expired(SwitchoverPhase.DEVICE_SAVE, "serial", 12);
        assertThat(judge.state()).isEqualTo(State.EXPIRED);
        assertThat(resumes).hasValue(1);
        assertThat(breaks).hasValue(1);
        assertThat(judge.expiredIn()).isEqualTo("save of device serial");
        assertThat(judge.expiredSide()).isEqualTo("source");
        assertThat(judge.latenessNanos()).isEqualTo(12);
        assertThatThrownBy(judge::checkpoint).isSameAs(AttemptOverException.INSTANCE);
    }

    @Test
    void shouldNotExpireWhatIsCommitted() {
        judge.stopping();
        judge.commit(SwitchoverPhase.DESTINATION_LOAD, 101);
        judge.expired(SwitchoverPhase.HANDOVER, "", 5);
        judge.cancel();
        assertThat(judge.state()).isEqualTo(State.COMMITTED);
        assertThat(resumes).hasValue(0);
        assertThat(breaks).hasValue(0);
        assertThat(judge.latenessNanos()).isNegative();
    }

    @Test
    void shouldNotCommitOnceTheDeadlineHasPassedUnseen() {
        judge.stopping();
        now.set(205);
        assertThatThrownBy(() -> judge.commit(SwitchoverPhase.DESTINATION_LOAD, 200))
                .isSameAs(AttemptOverException.INSTANCE);
        assertThat(judge.state()).isEqualTo(State.EXPIRED);
        assertThat(judge.latenessNanos()).isEqualTo(5);
        assertThat(resumes).hasValue(1);
    }

    @Test
    void shouldCancelBeforeTheStopWithoutAResume() {
        judge.cancel();
        assertThatThrownBy(judge::stopping).isSameAs(AttemptOverException.INSTANCE);
        assertThat(judge.state()).isEqualTo(State.CANCELLED);
        assertThat(resumes).hasValue(0);
        assertThat(breaks).hasValue(1);
    }

    @Test
    void shouldEndAsExpiredWhenTheDestinationNoticedFirst() {
        judge.stopping();
        judge.dropped(true, "switchover limit of 310 ms exceeded at the destination");
        assertThat(judge.state()).isEqualTo(State.EXPIRED);
        assertThat(judge.expiredSide()).isEqualTo("destination");
        assertThat(resumes).hasValue(1);
    }

    @Test
    void shouldTakeTheGuestBackAfterTheCommitOnDroppedOnly() {
        judge.stopping();
        judge.commit(SwitchoverPhase.DESTINATION_LOAD, Long.MAX_VALUE);
        judge.fail(Event.FAIL, "shut=1");
        assertThat(judge.state()).isEqualTo(State.COMMITTED);
        judge.dropped(true, "whatever it says");
        assertThat(judge.state()).isEqualTo(State.RETURNED);
        assertThat(resumes).hasValue(1);
    }

    @Test
    void shouldNotKnowAfterALostLinkAndLearnItLater() {
        judge.stopping();
        judge.commit(SwitchoverPhase.DESTINATION_LOAD, Long.MAX_VALUE);
        judge.fail(Event.LINK_LOST, "gone");
        assertThat(judge.state()).isEqualTo(State.UNKNOWN);
        assertThat(judge.failure()).isEqualTo("gone");
        judge.started();
        assertThat(judge.state()).isEqualTo(State.COMPLETED);
        assertThat(resumes).hasValue(0);
    }
}
