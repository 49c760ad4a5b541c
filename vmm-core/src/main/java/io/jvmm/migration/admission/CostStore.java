package io.jvmm.migration.admission;

import java.util.List;

/**
 * Where learned costs are kept between processes. Called by the migration thread while the guest
 * runs; whatever goes wrong is said to the users and changes nothing else.
 */
public interface CostStore {
    /**
     * What was kept.
     *
     * @param file where
     * @return the costs; empty if there is no such file, or it is broken
     */
    List<CostHistory.Cost> load(String file);

    /**
     * Keeps costs, in place of what the file had.
     *
     * @param file where
     * @param costs all of them
     */
    void save(String file, List<CostHistory.Cost> costs);

    /** Keeps nothing. */
    record None() implements CostStore {
        @Override
        public List<CostHistory.Cost> load(String file) {
            return List.of();
        }

        @Override
        public void save(String file, List<CostHistory.Cost> costs) {
            // Nothing is kept.
        }
    }
}
