package io.jvmm.monitor;

import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RamInfo;
import io.jvmm.migration.SwitchoverInfo;
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
                new SwitchoverInfo(
                        310_000_000,
                        "until STARTED (peer: jvmm)",
                        "SCHED_FIFO, timer slack 1 ns",
                        77,
                        List.of(new SwitchoverInfo.Phase("ram", 1_234_567)),
                        new SwitchoverInfo.Abort("source", "load", 4_000, 21_000, 309_100_000)));
    }
}
