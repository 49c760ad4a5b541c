package io.jvmm.migration.switchover.explore;

import java.util.List;
import java.util.stream.IntStream;

/** What the two sides say to each other, as far as the hand-over depends on it. */
enum Word {
    /** The end of the stream of one attempt: all state was sent. */
    END,
    GO,
    ABORT,
    /** ABORT over a new connection: nothing more will come. */
    ABORT_FOR_GOOD,
    QUERY,
    DONE,
    READY,
    STARTED,
    DROPPED,
    DROPPED_EXPIRED,
    EXPIRED,
    ROLLED_BACK,
    NO_SUCH_SESSION;

    /** No message bears a higher number: the destination may be one ahead of two attempts. */
    private static final int LAST_ATTEMPT = 3;

    @SuppressWarnings("ImmutableEnumChecker") // a list that does not change
    private final List<Message> messages =
            IntStream.rangeClosed(0, LAST_ATTEMPT).mapToObj(n -> new Message(this, n)).toList();

    /** This word about one attempt. */
    Message about(int attempt) {
        return messages.get(attempt);
    }

    /** A word with the attempt that it is about. There is one of each, so they compare fast. */
    static final class Message {
        private final Word word;
        private final int attempt;
        private final String heard;
        private final String lost;

        private Message(Word word, int attempt) {
            this.word = word;
            this.attempt = attempt;
            heard = "wire: " + this + " arrives";
            lost = "wire: " + this + " is lost";
        }

        Word word() {
            return word;
        }

        int attempt() {
            return attempt;
        }

        /** How a trace tells of its arrival. */
        String heard() {
            return heard;
        }

        /** How a trace tells of its loss. */
        String lost() {
            return lost;
        }

        @Override
        public String toString() {
            return word + "(" + attempt + ")";
        }
    }
}
