package io.jvmm.migration.admission;

import java.util.List;

/** Where decisions are kept for later. Called by the migration thread while the guest runs. */
public interface DecisionSink {
    /**
     * Appends decisions; whatever goes wrong is said to the users and changes nothing else.
     *
     * @param file where to
     * @param records in order
     */
    void append(String file, List<DecisionRecord> records);
}
