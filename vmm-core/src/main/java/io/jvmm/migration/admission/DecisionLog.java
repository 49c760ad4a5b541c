package io.jvmm.migration.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The last decisions. Between two outcomes there is one record for each reason not to stop, with a
 * count, so that a long iteration does not push out everything else. The migration thread adds, any
 * thread reads.
 */
public final class DecisionLog {
    /** How many records are kept in memory. */
    public static final int CAPACITY = 256;

    private final DecisionSink sink;
    private final List<DecisionRecord> records = new ArrayList<>();
    private int unwritten;

    DecisionLog(DecisionSink sink) {
        this.sink = sink;
    }

    /** Adds a decision. Nothing is written here: a stop may follow at once. */
    synchronized void add(DecisionRecord next) {
        for (int i = records.size() - 1; i >= records.size() - unwritten; i--) {
            DecisionRecord before = records.get(i);
            if (before.isRepeatedBy(next)) {
                records.set(i, before.again(next));
                return;
            }
            if (!before.isRepeatable()) {
                break;
            }
        }
        if (records.size() == CAPACITY) {
            records.removeFirst();
        }
        records.add(next);
        unwritten = Math.min(unwritten + 1, CAPACITY);
    }

    /**
     * Writes what has not been written. Those records are complete then: the same decision again
     * begins another.
     *
     * @param file where to; empty for nowhere
     */
    void write(String file) {
        List<DecisionRecord> next;
        synchronized (this) {
            next = List.copyOf(records.subList(records.size() - unwritten, records.size()));
            unwritten = 0;
        }
        if (!file.isEmpty() && !next.isEmpty()) {
            sink.append(file, next);
        }
    }

    /**
     * The records, the oldest first.
     *
     * @return a copy
     */
    public synchronized List<DecisionRecord> records() {
        return List.copyOf(records);
    }

    /**
     * The last record.
     *
     * @return empty before the first
     */
    public synchronized Optional<DecisionRecord> last() {
        return records.isEmpty() ? Optional.empty() : Optional.of(records.getLast());
    }
}
