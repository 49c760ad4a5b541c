package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RoundConfirmationsTest {
    private static final long MILLI = 1_000_000;
    private static final long MEBIBYTE = 1 << 20;

    private final Bandwidth bandwidth = new Bandwidth(0);
    private final RoundConfirmations rounds = new RoundConfirmations(bandwidth, 100, 0);

    private int ping(long position, long beginNanos, long nowNanos) {
        rounds.begin(beginNanos);
        assertThat(rounds.isPingDue(position, nowNanos)).isTrue();
        int cookie = rounds.nextCookie();
        rounds.pinged(position, nowNanos);
        return cookie;
    }

    @Test
    void shouldCountWhatWasWrittenAsRemainingUntilItIsConfirmed() {
        int first = ping(100 + 10 * MEBIBYTE, 0, 5 * MILLI);
        assertThat(rounds.unconfirmed(100 + 12 * MEBIBYTE)).isEqualTo(12 * MEBIBYTE);
        rounds.heard(first, 21 * MILLI);
        assertThat(rounds.unconfirmed(100 + 12 * MEBIBYTE))
                .as("only the migration thread takes it in")
                .isEqualTo(12 * MEBIBYTE);
        rounds.take();
        assertThat(rounds.unconfirmed(100 + 12 * MEBIBYTE)).isEqualTo(2 * MEBIBYTE);
    }

    @Test
    void shouldMeasureTheLinkFromOneConfirmationToTheNext() {
        int first = ping(100 + 10 * MEBIBYTE, 0, 5 * MILLI);
        int second = ping(100 + 30 * MEBIBYTE, 5 * MILLI, 9 * MILLI);
        rounds.heard(first, 15 * MILLI);
        rounds.heard(second, 35 * MILLI);
        rounds.take();
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(20 * MEBIBYTE / 0.020);
    }

    @Test
    void shouldNotTakeTheRoundTripForTheLinksTime() {
        int first = ping(100 + 11, 10 * MILLI, 10 * MILLI);
        rounds.heard(first, 50 * MILLI);
        int second = ping(100 + 11 + 10 * MEBIBYTE, 100 * MILLI, 105 * MILLI);
        rounds.heard(second, 150 * MILLI);
        rounds.take();
        assertThat(bandwidth.bytesPerSecond()).isEqualTo(10 * MEBIBYTE / 0.010);
        assertThat(rounds.roundTripNanos()).isBetween(40 * MILLI, 43 * MILLI);
    }

    @Test
    void shouldGoOnWithoutAnyAnswer() {
        for (int i = 1; i <= 16; i++) {
            ping(100 + i * MEBIBYTE, i * MILLI, i * MILLI);
        }
        assertThat(rounds.isPingDue(100 + 17 * MEBIBYTE, 100 * MILLI))
                .as("one more than can be kept")
                .isFalse();
        rounds.take();
        assertThat(rounds.unconfirmed(100 + 17 * MEBIBYTE)).isEqualTo(17 * MEBIBYTE);
    }

    @Test
    void shouldHearOnlyTheNextAnswerAndEachOnce() {
        int first = ping(100 + MEBIBYTE, 0, MILLI);
        int second = ping(100 + 2 * MEBIBYTE, MILLI, 2 * MILLI);
        rounds.heard(second, 3 * MILLI);
        rounds.heard(0x52445921, 3 * MILLI);
        rounds.take();
        assertThat(rounds.unconfirmed(100 + 2 * MEBIBYTE)).isEqualTo(2 * MEBIBYTE);
        rounds.heard(first, 4 * MILLI);
        rounds.heard(first, 5 * MILLI);
        rounds.heard(second, 6 * MILLI);
        rounds.heard(second + 1, 7 * MILLI);
        rounds.take();
        assertThat(rounds.unconfirmed(100 + 2 * MEBIBYTE)).isZero();
    }

    @Test
    void shouldNotAskAfterEveryFewBytes() {
        int first = ping(100 + MEBIBYTE, 0, 20 * MILLI);
        rounds.heard(first, 21 * MILLI);
        rounds.take();
        assertThat(rounds.isPingDue(100 + MEBIBYTE, 90 * MILLI)).as("nothing was sent").isFalse();
        assertThat(rounds.isPingDue(100 + MEBIBYTE + 20, 22 * MILLI)).isFalse();
        assertThat(rounds.isPingDue(100 + MEBIBYTE + 20, 30 * MILLI)).isTrue();
        assertThat(rounds.isPingDue(100 + 2 * MEBIBYTE, 22 * MILLI)).isTrue();
    }

    @Test
    void shouldKnowItsOwnAnswers() {
        assertThat(RoundConfirmations.isOfRound(rounds.nextCookie())).isTrue();
        assertThat(RoundConfirmations.isOfRound(0x52445921)).isFalse();
        assertThat(RoundConfirmations.isOfRound(1)).isFalse();
    }

    @Test
    void shouldNumberItsQuestionsForLong() {
        long position = 100;
        for (int i = 0; i < 70_000; i++) {
            position += MEBIBYTE;
            rounds.heard(ping(position, i, i), i);
            rounds.take();
        }
        assertThat(rounds.unconfirmed(position)).isZero();
    }
}
