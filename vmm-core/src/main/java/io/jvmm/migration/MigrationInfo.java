package io.jvmm.migration;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A snapshot of a migration, incoming or outgoing, for {@code query-migrate} and {@code info
 * migrate}. What is null is not shown.
 *
 * @param status where it stands
 * @param times durations, of an outgoing migration
 * @param ram counters, of an outgoing migration
 * @param vfioTransferred bytes of device state moved by VFIO, of a machine with such devices
 * @param errorDesc why it failed or was cancelled
 * @param blockedReasons why this machine cannot be migrated; empty if it can
 * @param listenUri where an incoming migration listens, with the real port, such as {@code
 *     tcp:127.0.0.1:4444}
 * @param switchover what was measured of the switchover
 */
public record MigrationInfo(
        MigrationStatus status,
        @Nullable Times times,
        @Nullable RamInfo ram,
        @Nullable Long vfioTransferred,
        @Nullable String errorDesc,
        List<String> blockedReasons,
        @Nullable String listenUri,
        @Nullable SwitchoverInfo switchover) {

    /** Before any migration. */
    public static final MigrationInfo NONE = of(MigrationStatus.NONE);

    /**
     * A snapshot with nothing but a status.
     *
     * @param status where it stands
     * @return the snapshot
     */
    public static MigrationInfo of(MigrationStatus status) {
        return new MigrationInfo(status, null, null, null, null, List.of(), null, null);
    }

    /**
     * The same, of a machine that cannot be migrated.
     *
     * @param reasons why; empty if it can
     * @return the snapshot with them
     */
    public MigrationInfo withBlockedReasons(List<String> reasons) {
        return new MigrationInfo(
                status, times, ram, vfioTransferred, errorDesc, reasons, listenUri, switchover);
    }

    /**
     * Durations in milliseconds, on the clock of the source.
     *
     * @param total from the start to now or to the end
     * @param setup of the setup
     * @param downtime expected while the migration runs, measured when it has ended
     */
    public record Times(long total, long setup, long downtime) {}
}
