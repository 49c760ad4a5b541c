package io.jvmm.vfio;

/**
 * Where a device stands in VFIO's migration state machine ({@code enum vfio_device_mig_state} of
 * {@code linux/vfio.h}).
 */
public enum DeviceMigrationState {
    /** The device failed; only a reset leads out. */
    ERROR(0),
    /** It neither runs nor writes memory; its state does not change. */
    STOP(1),
    /** It runs. */
    RUNNING(2),
    /** Stopped, and its state can be read. */
    STOP_COPY(3),
    /** Stopped, and its state can be written. */
    RESUMING(4),
    /** It runs, but begins no transaction with another device. */
    RUNNING_P2P(5),
    /** It runs, and the first part of its state can be read. */
    PRE_COPY(6),
    /** As {@link #PRE_COPY}, but it begins no transaction with another device. */
    PRE_COPY_P2P(7);

    private static final DeviceMigrationState[] BY_CODE = values();

    private final int code;

    DeviceMigrationState(int code) {
        this.code = code;
    }

    /**
     * The kernel's number.
     *
     * @return 0 to 7
     */
    public int code() {
        return code;
    }

    /**
     * The state with this number.
     *
     * @param code the kernel's number
     * @return the state
     * @throws VfioException if there is none
     */
    public static DeviceMigrationState fromCode(int code) {
        if (code < 0 || code >= BY_CODE.length) {
            throw new VfioException("No such migration state: state=" + code);
        }
        return BY_CODE[code];
    }

    /**
     * Whether the device may write guest memory.
     *
     * @return true in the running states
     */
    public boolean isRunning() {
        return switch (this) {
            case RUNNING, RUNNING_P2P, PRE_COPY, PRE_COPY_P2P -> true;
            case ERROR, STOP, STOP_COPY, RESUMING -> false;
        };
    }

    /**
     * Whether a saving session is open in this state.
     *
     * @return true if {@link VfioMigration#read} gives the device's state
     */
    public boolean isSaving() {
        return switch (this) {
            case PRE_COPY, PRE_COPY_P2P, STOP_COPY -> true;
            case ERROR, STOP, RUNNING, RESUMING, RUNNING_P2P -> false;
        };
    }
}
