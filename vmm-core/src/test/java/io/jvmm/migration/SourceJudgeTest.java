package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.wire.HandoverMessage;
import io.jvmm.stream.wire.SessionId;
import java.security.SecureRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SourceJudgeTest {
    private static final SessionId ID = SessionId.random(new SecureRandom());

    private final AtomicLong now = new AtomicLong(100);
    private final AtomicInteger resumes = new AtomicInteger();
    private final AtomicInteger breaks = new AtomicInteger();
    private final SourceJudge judge = judge(1);

    private SourceJudge judge(int attempts) {
        return new SourceJudge(
                attempts, () -> resumes.incrementAndGet() > 0, now::get, breaks::incrementAndGet);
    }

    private static HandoverMessage.Dropped dropped(String cause) {
        return new HandoverMessage.Dropped(ID, 1, true, cause);
    }

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
        judge.commit(1, SwitchoverPhase.DESTINATION_LOAD, 101);
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
        assertThatThrownBy(() -> judge.commit(1, SwitchoverPhase.DESTINATION_LOAD, 200))
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
        judge.heard(dropped("switchover limit of 310 ms exceeded at the destination"));
        assertThat(judge.state()).isEqualTo(State.EXPIRED);
        assertThat(judge.expiredSide()).isEqualTo("destination");
        assertThat(resumes).hasValue(1);
    }

    @Test
    void shouldTakeTheGuestBackAfterTheCommitOnDroppedOnly() {
        judge.stopping();
        judge.commit(1, SwitchoverPhase.DESTINATION_LOAD, Long.MAX_VALUE);
        judge.fail(Event.FAIL, "shut=1");
        assertThat(judge.state()).isEqualTo(State.COMMITTED);
        judge.heard(dropped("whatever it says"));
        assertThat(judge.state()).isEqualTo(State.RETURNED);
        assertThat(resumes).hasValue(1);
    }

    @Test
    void shouldNotKnowAfterALostLinkAndLearnItLater() {
        judge.stopping();
        judge.commit(1, SwitchoverPhase.DESTINATION_LOAD, Long.MAX_VALUE);
        judge.fail(Event.LINK_LOST, "gone");
        assertThat(judge.state()).isEqualTo(State.UNKNOWN);
        assertThat(judge.failure()).isEqualTo("gone");
        judge.started();
        assertThat(judge.state()).isEqualTo(State.COMPLETED);
        assertThat(resumes).hasValue(0);
    }

    @Test
    void shouldRollBackAndBeginAnotherAttempt() {
        SourceJudge retrying = judge(2);
        retrying.stopping();
        retrying.expired(SwitchoverPhase.DEVICE_SAVE, "serial", 12);
        assertThat(retrying.state()).isEqualTo(State.ROLLING_BACK);
        assertThat(retrying.isAttemptOver()).isTrue();
        assertThat(resumes).hasValue(1);
        retrying.heard(new HandoverMessage.RolledBack(ID, 1));
        assertThat(retrying.state()).isEqualTo(State.ITERATING);
        assertThat(retrying.attempt()).isEqualTo(2);
        retrying.beginAttempt();
        retrying.stopping();
        retrying.heard(dropped("of the attempt before"));
        assertThat(retrying.state()).isEqualTo(State.STOPPED);
        retrying.expired(SwitchoverPhase.WIRE, "", 12);
        assertThat(retrying.state()).isEqualTo(State.EXPIRED);
        assertThat(resumes).hasValue(2);
    }

    @Test
    void shouldEndAsExpiredWhenTheRollBackTakesTooLong() {
        SourceJudge retrying = judge(0);
        retrying.stopping();
        retrying.expired(SwitchoverPhase.DEVICE_SAVE, "serial", 12);
        retrying.expired(SwitchoverPhase.WIRE, "", 13);
        assertThat(retrying.state()).isEqualTo(State.ROLLING_BACK);
        retrying.expired(SwitchoverPhase.ROLL_BACK, "", 1);
        assertThat(retrying.state()).isEqualTo(State.EXPIRED);
        assertThat(resumes).hasValue(1);
    }

    @Test
    void shouldEndAsExpiredWhenTheWordThatItExpiredThereComesAfterTheLostLink() {
        judge.stopping();
        judge.fail(Event.LINK_LOST, "broken pipe");
        assertThat(judge.isExpired()).isFalse();
        judge.heard(dropped("switchover limit of 310 ms exceeded at the destination"));
        assertThat(judge.state()).isEqualTo(State.FAILED);
        assertThat(judge.isExpired()).isTrue();
    }

    @Test
    void shouldTakeTheOperatorsWordOnlyWhereNobodyKnows() {
        judge.stopping();
        judge.commit(1, SwitchoverPhase.DESTINATION_LOAD, Long.MAX_VALUE);
        assertThat(judge.resolve(Event.RESUME, "resumed")).isFalse();
        judge.fail(Event.LINK_LOST, "gone");
        judge.heard(new HandoverMessage.NoSuchSession(ID, 1));
        assertThat(judge.state()).isEqualTo(State.UNKNOWN);
        assertThat(judge.mayGoAgain(2)).isFalse();
        assertThat(judge.mayGoAgain(1)).isTrue();
        assertThat(judge.resolve(Event.RESUME, "resumed")).isTrue();
        assertThat(judge.state()).isEqualTo(State.RESUMED);
        assertThat(judge.failure()).isEqualTo("resumed");
        assertThat(resumes).hasValue(1);
    }
}
