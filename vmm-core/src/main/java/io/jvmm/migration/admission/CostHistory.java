package io.jvmm.migration.admission;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What each phase of a switchover has cost so far. Bounded: what has not been measured for longest
 * goes first. Any thread.
 */
public final class CostHistory {
    /** How many costs are kept. */
    public static final int CAPACITY = 256;

    /**
     * One cost.
     *
     * @param key of what
     * @param estimate how much
     */
    public record Cost(CostKey key, Estimate estimate) {}

    private static final int ABORTED_FACTOR = 2;
    private static final String ABORTED = " (twice what it had when it was aborted)";

    private final Map<CostKey, Estimate> costs = new LinkedHashMap<>();

    /** Knows nothing yet. */
    public CostHistory() {}

    /**
     * Learns what an attempt showed.
     *
     * @param peer who was at the other end
     * @param sample what it showed of one phase
     */
    synchronized void learn(String peer, CostSample sample) {
        CostKey key = CostKey.of(sample.kind(), peer, sample.name());
        Estimate before = costs.getOrDefault(key, Estimate.NONE);
        Estimate after =
                sample.whole()
                        ? before.withSample(sample.nanos())
                        : before.withBound(sample.nanos());
        if (after.samples() > before.samples()) {
            put(key, after);
        }
    }

    /**
     * Takes over what another process has learned; what this one has measured itself counts more.
     *
     * @param known what it learned
     */
    synchronized void add(List<Cost> known) {
        for (Cost cost : known) {
            if (!costs.containsKey(cost.key())) {
                put(cost.key(), cost.estimate());
            }
        }
    }

    private void put(CostKey key, Estimate estimate) {
        costs.remove(key);
        if (costs.size() == CAPACITY) {
            costs.remove(costs.keySet().iterator().next());
        }
        costs.put(key, estimate);
    }

    /**
     * Everything that is known.
     *
     * @return a copy, the latest last
     */
    public synchronized List<Cost> costs() {
        List<Cost> all = new ArrayList<>(costs.size());
        costs.forEach((key, estimate) -> all.add(new Cost(key, estimate)));
        return List.copyOf(all);
    }

    /**
     * What a switchover to a peer is expected to cost, as far as that was measured.
     *
     * @param peer who would take the guest
     * @return a phase for each cost of this side and of that peer
     */
    public synchronized List<PredictedPhase> predict(String peer) {
        List<PredictedPhase> phases = new ArrayList<>();
        costs.forEach((key, estimate) -> {
            if (!key.kind().isOfPeer() || key.peer().equals(peer)) {
                phases.add(predicted(key, estimate));
            }
        });
        return phases;
    }

    private static PredictedPhase predicted(CostKey key, Estimate estimate) {
        if (estimate.whole() == 0) {
            return aborted(key, estimate.leastNanos());
        }
        long least = estimate.leastNanos();
        long mean = Math.max((long) estimate.meanNanos(), least);
        return new PredictedPhase(key.name(), key.kind(), mean, estimate.marginNanos(), least);
    }

    /**
     * What was cut short each time takes longer than it had, nobody knows by how much. A device is
     * taken to need twice that; a stalled host or link may be as quick as ever the next time.
     */
    private static PredictedPhase aborted(CostKey key, long had) {
        if (!key.kind().isProvedByBound()) {
            return new PredictedPhase(key.name(), key.kind(), had, 0, 0);
        }
        long needed = ABORTED_FACTOR * had;
        return new PredictedPhase(key.name() + ABORTED, key.kind(), needed, 0, needed);
    }
}
