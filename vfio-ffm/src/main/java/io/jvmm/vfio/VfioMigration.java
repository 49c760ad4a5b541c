package io.jvmm.vfio;

import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The migration of one device. One thread at a time; nothing but {@link #precopyInfo} and {@link
 * #stopCopySize} allocates once the device has been through its states before.
 *
 * <p>At most one session of data is open: it begins where a saving state or RESUMING is entered,
 * goes on from PRE_COPY into STOP_COPY, and ends with them.
 */
public interface VfioMigration {
    /**
     * What it can do.
     *
     * @return the optional parts
     */
    MigrationSupport support();

    /**
     * Where the device stands, as it says itself.
     *
     * @return the state
     */
    DeviceMigrationState state();

    /**
     * Takes the device over one arc, and returns when it has arrived. A longer way is the caller's
     * to find.
     *
     * @param to where to
     * @throws io.jvmm.linux.SyscallException with the device's errno if it refuses; {@link #state}
     *     says where it is then
     */
    void enter(DeviceMigrationState to);

    /**
     * Asks the device for a state as it is: any state, however far, and also what it must refuse.
     * For those who test a device; a migration uses {@link #enter}.
     *
     * @param to where to
     * @return whether a session of data has begun
     * @throws io.jvmm.linux.SyscallException with the device's errno if it refuses
     * @throws VfioException if its answer breaks the rules
     */
    default SessionAnswer request(DeviceMigrationState to) {
        enter(to);
        return SessionAnswer.UNTOLD;
    }

    /**
     * Reads the device's state.
     *
     * @param into where to
     * @param offset first byte in it
     * @param length at most so many bytes; at least 1
     * @return bytes read; 0 at the end of the data in STOP_COPY, and for "nothing now" in PRE_COPY
     *     (the kernel's 0 and ENOMSG are both that)
     */
    long read(MemorySegment into, long offset, long length);

    /**
     * Writes state into a device in RESUMING. An error is fatal for the session: the device must be
     * reset, though it may not say so itself.
     *
     * @param from where from
     * @param offset first byte in it
     * @param length bytes; all are written
     */
    void write(MemorySegment from, long offset, long length);

    /**
     * What is left to read in PRE_COPY.
     *
     * @return empty if the device cannot say
     */
    Optional<PrecopyInfo> precopyInfo();

    /**
     * How much STOP_COPY would give if the device were stopped now.
     *
     * @return bytes, an estimate; empty if the device cannot say
     */
    OptionalLong stopCopySize();
}
