package io.jvmm.monitor;

import static io.jvmm.migration.switchover.SwitchoverPhase.ABORT;
import static io.jvmm.migration.switchover.SwitchoverPhase.DESTINATION_LOAD;
import static io.jvmm.migration.switchover.SwitchoverPhase.DEVICE_LOAD;
import static io.jvmm.migration.switchover.SwitchoverPhase.GARBAGE_COLLECTION;
import static io.jvmm.migration.switchover.SwitchoverPhase.RAM_FLUSH;
import static io.jvmm.migration.switchover.SwitchoverPhase.UNEXPLAINED;

import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RamInfo;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.SwitchoverOutcome;
import io.jvmm.migration.switchover.LedgerLine;
import io.jvmm.migration.switchover.LedgerSide;
import io.jvmm.migration.switchover.LedgerSum;
import io.jvmm.migration.switchover.SwitchoverPhase;
import java.util.List;

/** Snapshots for tests of text and JSON. */
final class MigrationSamples {
    private static final RamInfo RAM =
            new RamInfo(
                    1 << 20,
                    0,
                    3,
                    12.5,
                    new RamInfo.Pages(100, 156, 7, 1000),
                    new RamInfo.Sent(600_000, 40_960));

    private MigrationSamples() {}

    static MigrationInfo completed() {
        return new MigrationInfo(
                MigrationStatus.COMPLETED,
                new MigrationInfo.Times(1500, 4, 23),
                RAM,
                null,
                null,
                List.of(),
                null,
                null);
    }

    static MigrationInfo active() {
        return new MigrationInfo(
                MigrationStatus.ACTIVE,
                new MigrationInfo.Times(700, 4, 300),
                RAM,
                null,
                null,
                List.of(),
                null,
                null);
    }

    static MigrationInfo withDevice() {
        return new MigrationInfo(
                MigrationStatus.ACTIVE,
                null,
                null,
                16_777_216L,
                null,
                List.of("0000:00:02.0: VFIO migration is not supported by the device"),
                null,
                null);
    }

    static MigrationInfo incoming(String uri) {
        return new MigrationInfo(
                MigrationStatus.SETUP, null, null, null, null, List.of(), uri, null);
    }

    static MigrationInfo cancelled() {
        return new MigrationInfo(
                MigrationStatus.CANCELLED,
                null,
                null,
                null,
                "switchover limit of 310 ms exceeded",
                List.of(),
                null,
                expired());
    }

    /** Its limit broke while the destination was loading. */
    static SwitchoverInfo expired() {
        return new SwitchoverInfo(
                new SwitchoverInfo.Attempt(1, LedgerSide.SOURCE, "jvmm"),
                SwitchoverOutcome.EXPIRED,
                new SwitchoverInfo.Enforcement(
                        310_000_000, "until STARTED (peer: jvmm)", "SCHED_FIFO, timer slack 1 ns"),
                77,
                309_100_000,
                List.of(
                        line(LedgerSide.SOURCE, RAM_FLUSH, "ram", LedgerSum.TOTAL, 0, 1_234_567),
                        line(
                                LedgerSide.SOURCE,
                                DESTINATION_LOAD,
                                "",
                                LedgerSum.TOTAL,
                                9,
                                307_844_433),
                        line(
                                LedgerSide.DESTINATION,
                                DEVICE_LOAD,
                                "vfio",
                                LedgerSum.DESTINATION_LOAD,
                                0,
                                307_000_000),
                        line(
                                LedgerSide.SOURCE,
                                UNEXPLAINED,
                                "",
                                LedgerSum.DESTINATION_LOAD,
                                0,
                                844_433),
                        line(LedgerSide.SOURCE, ABORT, "", LedgerSum.TOTAL, 5_000_000, 21_000),
                        new LedgerLine(
                                LedgerSide.DESTINATION,
                                GARBAGE_COLLECTION,
                                "Copy",
                                LedgerSum.NONE,
                                LedgerLine.UNKNOWN,
                                0,
                                2_000_000)),
                new SwitchoverInfo.Abort("source", "load", 4_000, 21_000, 309_100_000));
    }

    private static LedgerLine line(
            LedgerSide side,
            SwitchoverPhase phase,
            String device,
            LedgerSum sum,
            long reserve,
            long spent) {
        return new LedgerLine(side, phase, device, sum, 7, reserve, spent);
    }
}
