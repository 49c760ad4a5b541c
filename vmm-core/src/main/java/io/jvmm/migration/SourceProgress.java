package io.jvmm.migration;

import org.jspecify.annotations.Nullable;

/** How far a migration has come: what an admission is decided on. Migration thread. */
interface SourceProgress {
    /** Who takes the guest, without the port: that of one migration is not that of the next. */
    String peer();

    /** Bytes written so far. */
    long position();

    /** Bytes not yet written, as known from the last look at the dirty logs. */
    long pendingEstimate();

    /** Bytes not yet written; looks at the dirty logs, which begins a pass. */
    long pendingExact();

    /** How fast the link takes bytes. */
    Bandwidth bandwidth();

    /** What was confirmed of what was written; null where nobody can. */
    @Nullable RoundConfirmations confirmations();

    /** What of the last attempt was spent in writes. */
    WireShare wire();
}
