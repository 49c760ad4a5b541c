package io.jvmm.migration.admission;

import java.time.Instant;
import java.time.InstantSource;

/**
 * What one virtual machine knows about its switchovers: what they cost, and what was decided. It
 * outlives its migrations, of which there is one at a time; that migration's thread calls it, never
 * between a stop and its outcome.
 */
public final class SwitchoverAdmission {
    private final CostHistory history = new CostHistory();
    private final DecisionLog log;
    private final CostStore store;
    private final InstantSource timeOfDay;
    private String loaded = "";

    /**
     * Creates an admission that knows nothing.
     *
     * @param store keeps costs between processes
     * @param sink keeps decisions
     * @param timeOfDay for the records
     */
    public SwitchoverAdmission(CostStore store, DecisionSink sink, InstantSource timeOfDay) {
        this.store = store;
        this.log = new DecisionLog(sink);
        this.timeOfDay = timeOfDay;
    }

    /**
     * An admission that keeps nothing beyond this process.
     *
     * @return a new one
     */
    public static SwitchoverAdmission inMemory() {
        return new SwitchoverAdmission(new CostStore.None(), (_, _) -> {}, InstantSource.system());
    }

    /**
     * The costs.
     *
     * @return always the same object
     */
    public CostHistory history() {
        return history;
    }

    /**
     * The decisions.
     *
     * @return always the same object
     */
    public DecisionLog log() {
        return log;
    }

    /**
     * Takes over what is kept in a file, the first time that it is named.
     *
     * @param file the file; empty for none
     */
    public void remember(String file) {
        if (!file.isEmpty() && !file.equals(loaded)) {
            loaded = file;
            history.add(store.load(file));
        }
    }

    /**
     * Decides, and takes the decision down.
     *
     * @param policy decides
     * @param forecast on this
     * @param dryRun whether nothing is to come of it but a record
     * @return the decision
     */
    public Decision decide(SwitchoverPolicy policy, SwitchoverForecast forecast, boolean dryRun) {
        Decision decision = policy.decide(forecast);
        log.add(
                new DecisionRecord(
                        now(),
                        DecisionKind.of(decision.verdict(), dryRun),
                        policy.name(),
                        decision.reason(),
                        forecast,
                        1,
                        0,
                        ""));
        return decision;
    }

    /**
     * Learns from an attempt that is over, and takes its outcome down.
     *
     * @param policy admitted it
     * @param forecast on this
     * @param result what became of it
     */
    public void ended(SwitchoverPolicy policy, SwitchoverForecast forecast, AttemptResult result) {
        for (CostSample sample : result.samples()) {
            history.learn(forecast.peer(), sample);
        }
        boolean committed = result.outcome() == AttemptResult.Outcome.COMMITTED;
        log.add(
                new DecisionRecord(
                        now(),
                        committed ? DecisionKind.GO : DecisionKind.ABORT,
                        policy.name(),
                        switch (result.outcome()) {
                            case COMMITTED -> Reason.COMMITTED;
                            case OVERRAN -> Reason.OVERRAN;
                            case ENDED -> Reason.ENDED;
                        },
                        forecast,
                        1,
                        result.spentNanos(),
                        result.detail()));
    }

    /**
     * Writes to the files what is not in them yet.
     *
     * @param stateFile for the costs; empty for none
     * @param decisionFile for the decisions; empty for none
     */
    public void keep(String stateFile, String decisionFile) {
        if (!stateFile.isEmpty()) {
            store.save(stateFile, history.costs());
        }
        log.write(decisionFile);
    }

    private Instant now() {
        return timeOfDay.instant();
    }
}
