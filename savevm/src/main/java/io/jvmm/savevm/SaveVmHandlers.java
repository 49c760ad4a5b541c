package io.jvmm.savevm;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;

/**
 * State that is sent in pieces while the guest runs. All methods are called by the migration
 * thread; an exception out of any of them ends the migration.
 *
 * <p>Sending: {@link #saveSetup}, then {@link #saveIterate} again and again, guided by {@link
 * #pendingEstimate} and {@link #pendingExact}; the guest stops; {@link #finalSync}, {@link
 * #saveComplete}; and in every case {@link #saveCleanup}. Receiving: {@link #loadSetup}, {@link
 * #loadState} for each piece, and in every case {@link #loadCleanup}.
 *
 * <p>A switchover that is aborted may be tried again: {@link #saveAbandoned} and {@link
 * #loadAbandoned} come at any moment of it, then {@link #saveRestart}, and at the other side a new
 * {@link #loadSetup}.
 */
public interface SaveVmHandlers {
    /**
     * The section's name.
     *
     * @return 1 to 127 printable ASCII characters, always the same
     */
    String name();

    /**
     * Which of several sections of the same name.
     *
     * @return usually 0
     */
    default int instanceId() {
        return 0;
    }

    /**
     * The version that is written, and the only one that is read.
     *
     * @return not negative
     */
    int versionId();

    /**
     * Writes the payload of START. May allocate what the later steps need.
     *
     * @param out the stream
     */
    void saveSetup(StreamWriter out);

    /**
     * How much there is to send, cheaply.
     *
     * @return bytes, as known from the last look at the source
     */
    long pendingEstimate();

    /**
     * How much there is to send now; may look anew at what has changed.
     *
     * @return bytes
     */
    long pendingExact();

    /**
     * Writes the payload of a PART: about 50 ms of work, or less if the rate limit says so.
     *
     * @param out the stream
     * @return true if nothing that was known at the start of the round is left
     */
    boolean saveIterate(StreamWriter out);

    /**
     * Looks for the last time at what the guest has changed. Called once, after the guest has
     * stopped and before {@link #saveComplete}; a phase of its own, since it has a cost of its own.
     */
    default void finalSync() {}

    /**
     * Writes the payload of END: all the rest. The guest is stopped.
     *
     * @param out the stream
     */
    void saveComplete(StreamWriter out);

    /**
     * Whether this state has a part that is sent as a whole, among the devices.
     *
     * @return always the same
     */
    default boolean hasState() {
        return false;
    }

    /**
     * Writes the payload of FULL, after every END. Called only if {@link #hasState}.
     *
     * @param out the stream
     */
    default void saveState(StreamWriter out) {}

    /**
     * The attempt is over: {@link #saveComplete} ends its payload in good form, and leaves out what
     * it has not put yet. Any thread; takes no lock and allocates nothing.
     */
    default void saveAbandoned() {}

    /**
     * Writes the payload of a second START, for another attempt. The guest runs.
     *
     * @param out the stream
     */
    default void saveRestart(StreamWriter out) {
        saveCleanup();
        saveSetup(out);
    }

    /** Ends what {@link #saveSetup} began, whether or not it got that far. */
    void saveCleanup();

    /** Gets ready to receive. Called when START comes, before its payload. */
    default void loadSetup() {}

    /**
     * Reads the payload of one START, PART, END or FULL.
     *
     * @param in the stream
     * @param streamVersion the version that START declared
     */
    void loadState(StreamReader in, int streamVersion);

    /**
     * Whether the source should not stop its guest yet, since what is to be loaded before that has
     * not come. Asked from the opening of the return path on, and after each PART.
     *
     * @return true until it has been loaded ({@code switchover-ack})
     */
    default boolean switchoverAckNeeded() {
        return false;
    }

    /**
     * The attempt is over at this side: what comes before the next {@link #loadSetup} is read, and
     * need not be kept. Any thread; takes no lock and allocates nothing.
     */
    default void loadAbandoned() {}

    /** Ends what {@link #loadSetup} began. */
    default void loadCleanup() {}
}
