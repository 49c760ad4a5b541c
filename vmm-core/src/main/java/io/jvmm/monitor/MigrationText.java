package io.jvmm.monitor;

import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RamInfo;
import io.jvmm.migration.SwitchoverInfo;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.migration.switchover.LedgerLine;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The text of {@code info migrate}: QEMU's lines in QEMU's order, then those of the switchover. */
final class MigrationText {
    private static final String GLOBALS =
            """
            globals:
            store-global-state: on
            only-migratable: off
            send-configuration: on
            send-section-footer: on
            send-switchover-start: on
            clear-bitmap-shift: 18
            """;
    private static final int KBYTE_SHIFT = 10;

    private final StringBuilder text = new StringBuilder(GLOBALS);

    private MigrationText() {}

    static String of(MigrationInfo info, Optional<DecisionRecord> decision) {
        MigrationText out = new MigrationText();
        out.blocked(info.blockedReasons());
        if (info.status() != MigrationStatus.NONE) {
            out.status(info.status(), info.errorDesc());
            out.times(info);
            out.ram(info.ram());
            if (info.listenUri() != null) {
                out.text.append("socket address: [\n\t").append(info.listenUri()).append("\n]\n");
            }
            if (info.vfioTransferred() != null) {
                out.kbytes("vfio device transferred", info.vfioTransferred());
            }
            out.switchover(info.switchover());
            decision.ifPresent(last -> out.line("switchover decision", HmpText.decision(last)));
        }
        return out.text.toString();
    }

    private void blocked(List<String> reasons) {
        if (!reasons.isEmpty()) {
            text.append("Outgoing migration blocked:\n");
            reasons.forEach(reason -> text.append("  ").append(reason).append('\n'));
        }
    }

    private void status(MigrationStatus status, @Nullable String errorDesc) {
        line(
                "Migration status",
                status.label() + (errorDesc == null ? "" : " (" + errorDesc + ")"));
    }

    private void times(MigrationInfo info) {
        MigrationInfo.Times times = info.times();
        if (times == null) {
            if (info.listenUri() != null) {
                line("total time", "0 ms");
            }
            return;
        }
        line("total time", times.total() + " ms");
        String downtime = info.status().isRunning() ? "expected downtime" : "downtime";
        line(downtime, times.downtime() + " ms");
        line("setup", times.setup() + " ms");
    }

    private void ram(@Nullable RamInfo ram) {
        if (ram == null) {
            return;
        }
        kbytes("transferred ram", ram.transferred());
        line("throughput", String.format(Locale.ROOT, "%.2f mbps", ram.mbps()));
        kbytes("remaining ram", ram.remaining());
        kbytes("total ram", ram.total());
        line("duplicate", ram.pages().zero() + " pages");
        line("normal", ram.pages().normal() + " pages");
        kbytes("normal bytes", ram.pages().normal() * RamInfo.PAGE_SIZE);
        line("dirty sync count", Long.toString(ram.dirtySyncCount()));
        kbytes("page size", RamInfo.PAGE_SIZE);
        kbytes("multifd bytes", 0);
        line("pages-per-second", Long.toString(ram.pages().perSecond()));
        if (ram.pages().dirtyRate() != 0) {
            line("dirty pages rate", ram.pages().dirtyRate() + " pages");
        }
        if (ram.sent().precopy() != 0) {
            kbytes("precopy ram", ram.sent().precopy());
        }
        if (ram.sent().downtime() != 0) {
            kbytes("downtime ram", ram.sent().downtime());
        }
    }

    private void switchover(@Nullable SwitchoverInfo info) {
        if (info == null) {
            return;
        }
        if (info.limitNanos() != SwitchoverInfo.UNKNOWN) {
            line("switchover limit", HmpText.millis(info.limitNanos()));
        }
        line("switchover enforcement", info.enforcement().until());
        line("switchover watch", info.enforcement().watch());
        for (LedgerLine phase : info.phases()) {
            line("switchover phase " + phase.describe(), HmpText.millis(phase.spentNanos()));
        }
        if (info.abort() != null) {
            abort(info.abort());
        }
    }

    private void abort(SwitchoverInfo.Abort abort) {
        line("switchover aborted", "by the " + abort.side() + " in " + abort.phase());
        if (abort.watchLateNanos() != SwitchoverInfo.UNKNOWN) {
            line("switchover watch late", HmpText.millis(abort.watchLateNanos()));
        }
        if (abort.resumedNanos() != SwitchoverInfo.UNKNOWN) {
            line("guest resumed after", HmpText.millis(abort.resumedNanos()));
        }
    }

    private void kbytes(String name, long bytes) {
        line(name, (bytes >> KBYTE_SHIFT) + " kbytes");
    }

    private void line(String name, String value) {
        text.append(name).append(": ").append(value).append('\n');
    }
}
