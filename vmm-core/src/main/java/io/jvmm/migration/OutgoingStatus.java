package io.jvmm.migration;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** What users see of an outgoing migration's state; each change is an event. Any thread. */
final class OutgoingStatus {
    private final MigrationHost host;
    private final AtomicReference<MigrationStatus> status =
            new AtomicReference<>(MigrationStatus.SETUP);
    private volatile String error = "";

    OutgoingStatus(MigrationHost host) {
        this.host = host;
    }

    MigrationStatus get() {
        return status.get();
    }

    /** Why it ended as it did; null if there is nothing to say. */
    @Nullable String error() {
        String now = error;
        return now.isEmpty() ? null : now;
    }

    /** The first status. */
    void start() {
        host.statusChanged(MigrationStatus.SETUP);
    }

    boolean move(MigrationStatus from, MigrationStatus next) {
        if (!status.compareAndSet(from, next)) {
            return false;
        }
        host.statusChanged(next);
        return true;
    }

    /** Once, whoever comes first: the one who cancels, or the migration thread. */
    void cancelling() {
        for (MigrationStatus from :
                List.of(MigrationStatus.SETUP, MigrationStatus.ACTIVE, MigrationStatus.DEVICE)) {
            if (move(from, MigrationStatus.CANCELLING)) {
                return;
            }
        }
    }

    /** The outcome, or what is known of it so far. */
    void settle(MigrationStatus next, String why) {
        error = why;
        status.set(next);
        host.statusChanged(next);
    }
}
