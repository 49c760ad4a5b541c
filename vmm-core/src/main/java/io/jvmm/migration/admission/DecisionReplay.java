package io.jvmm.migration.admission;

import java.util.List;

/**
 * A recorded log, decided again.
 *
 * @param steps each decision of a policy, in order; how an attempt ended is none
 */
public record DecisionReplay(List<Step> steps) {
    /** Copies the list. */
    public DecisionReplay {
        steps = List.copyOf(steps);
    }

    /**
     * One decision, and the other policy's on the same forecast.
     *
     * @param recorded what was decided
     * @param replayed what the other policy decides
     */
    public record Step(DecisionRecord recorded, Decision replayed) {
        /**
         * Whether the two decide differently; another reason for the same is no difference.
         *
         * @return true if one would have stopped or refused where the other would not
         */
        public boolean differs() {
            return DecisionKind.of(replayed.verdict(), isDryRun()) != recorded.kind();
        }

        private boolean isDryRun() {
            return recorded.kind() == DecisionKind.WOULD_SWITCH;
        }
    }

    /**
     * Decides a log again. Of decisions that were folded into one record, the last is decided.
     *
     * @param records the log
     * @param policy decides
     * @return the decisions of both
     */
    public static DecisionReplay of(List<DecisionRecord> records, SwitchoverPolicy policy) {
        return new DecisionReplay(
                records.stream()
                        .filter(record -> record.kind().isOfPolicy())
                        .map(record -> new Step(record, policy.decide(record.forecast())))
                        .toList());
    }

    /**
     * How many decisions differ.
     *
     * @return at most the number of steps
     */
    public long differences() {
        return steps.stream().filter(Step::differs).count();
    }
}
