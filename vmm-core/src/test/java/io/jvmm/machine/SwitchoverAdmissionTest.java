package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.ParameterValue;
import io.jvmm.migration.admission.DecisionKind;
import io.jvmm.migration.admission.DecisionRecord;
import io.jvmm.monitor.MonitorEvent;
import io.jvmm.monitor.decision.DecisionFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stops that are admitted, and those that are not, of real guests. */
class SwitchoverAdmissionTest {
    private static final int MODERATE = 4 << 20;
    private static final long SLOW_SAVE_MILLIS = 2000;
    private static final long LIMIT_MILLIS = 400;

    @TempDir Path directory;

    private static long stops(List<MonitorEvent> events) {
        return events.stream().filter(new MonitorEvent.Stopped()::equals).count();
    }

    private static List<DecisionKind> decisions(VirtualMachine machine) {
        return machine.switchoverDecisions().stream()
                .map(DecisionRecord::kind)
                .filter(kind -> kind != DecisionKind.NOT_YET)
                .toList();
    }

    /** Nobody waits for a PONG, but it comes. */
    private static boolean isRoundConfirmed(VirtualMachine machine) {
        return machine.switchoverDecisions().stream()
                .anyMatch(each -> each.forecast().link().roundTripNanos() > 0);
    }

    private static MigrationPair limited(long saveDelayMillis) {
        MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, MODERATE, saveDelayMillis);
        pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT);
        pair.set(MigrationParameter.DOWNTIME_LIMIT, LIMIT_MILLIS);
        return pair;
    }

    private void setFile(MigrationPair pair, MigrationParameter parameter, String name) {
        pair.source()
                .setParameters(
                        Map.of(
                                parameter,
                                new ParameterValue.Text(directory.resolve(name).toString())));
    }

    @Test
    void shouldStopOnceForADeviceThatIsTooSlowAndThenSaySoAtOnce()
            throws InterruptedException, IOException {
        List<MonitorEvent> events = new CopyOnWriteArrayList<>();
        try (MigrationPair pair = limited(SLOW_SAVE_MILLIS)) {
            pair.source().addEventListener(events::add);
            setFile(pair, MigrationParameter.SWITCHOVER_STATE_FILE, "state");
            setFile(pair, MigrationParameter.SWITCHOVER_DECISION_LOG, "log");
            pair.migrate();
            assertThat(pair.source().queryMigrate().status()).isEqualTo(MigrationStatus.CANCELLED);
            pair.renewDestination(0);
            pair.migrate();
            MigrationInfo refused = pair.source().queryMigrate();
            assertThat(refused.status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(refused.errorDesc())
                    .startsWith("the limit can never be met: save of device ")
                    .contains("limit 400.0 ms");
            assertThat(decisions(pair.source()))
                    .containsExactly(DecisionKind.SWITCH, DecisionKind.ABORT, DecisionKind.REFUSED);
            assertThat(pair.runner()).isSameAs(pair.source());
            MigrationPair.awaitProgress(pair.source());
            MigrationPair.verify(pair.source());
            assertThat(DecisionFiles.decisions(directory.resolve("log")))
                    .isEqualTo(pair.source().switchoverDecisions());
        }
        assertThat(stops(events)).isEqualTo(1);
        refuseInAnotherProcess();
    }

    /** A machine that has learned nothing itself. */
    private void refuseInAnotherProcess() throws InterruptedException {
        List<MonitorEvent> events = new CopyOnWriteArrayList<>();
        try (MigrationPair pair = limited(SLOW_SAVE_MILLIS)) {
            pair.source().addEventListener(events::add);
            setFile(pair, MigrationParameter.SWITCHOVER_STATE_FILE, "state");
            pair.migrate();
            assertThat(pair.source().queryMigrate().errorDesc())
                    .startsWith("the limit can never be met: save of device ");
        }
        assertThat(stops(events)).isZero();
    }

    @Test
    void shouldMoveTheGuestWithTheLimitThatTheDeviceNeeds() throws InterruptedException {
        try (MigrationPair pair = limited(SLOW_SAVE_MILLIS)) {
            pair.migrate();
            assertThat(pair.runner()).isSameAs(pair.source());
            pair.renewDestination(0);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
            pair.migrate();
            assertThat(pair.source().queryMigrate().errorDesc()).isNull();
            assertThat(pair.runner()).isSameAs(pair.destination());
            MigrationPair.verify(pair.destination());
            assertThat(decisions(pair.source()))
                    .containsExactly(
                            DecisionKind.SWITCH,
                            DecisionKind.ABORT,
                            DecisionKind.SWITCH,
                            DecisionKind.GO);
        }
    }

    @Test
    void shouldNeverStopTheGuestInADryRun() throws InterruptedException {
        List<MonitorEvent> events = new CopyOnWriteArrayList<>();
        try (MigrationPair pair = limited(0)) {
            pair.source().addEventListener(events::add);
            pair.set(MigrationParameter.DOWNTIME_LIMIT, 20_000);
            pair.source()
                    .setParameters(
                            Map.of(
                                    MigrationParameter.SWITCHOVER_DRY_RUN,
                                    new ParameterValue.Flag(true)));
            pair.listen();
            pair.source().migrate("unix:" + pair.socket());
            while (decisions(pair.source()).isEmpty() || !isRoundConfirmed(pair.source())) {
                Thread.onSpinWait();
            }
            pair.source().migrateCancel();
            pair.source().awaitMigrationEnd();
            assertThat(decisions(pair.source())).containsExactly(DecisionKind.WOULD_SWITCH);
            assertThat(pair.source().queryMigrate().status()).isEqualTo(MigrationStatus.CANCELLED);
            MigrationPair.awaitProgress(pair.source());
        }
        assertThat(stops(events)).isZero();
    }

    @Test
    void shouldStopByTheBareRuleWhereThatIsAskedFor() throws InterruptedException {
        try (MigrationPair pair = limited(SLOW_SAVE_MILLIS)) {
            pair.stopByBareRule();
            for (int i = 0; i < 2; i++) {
                pair.migrate();
                assertThat(pair.source().queryMigrate().status())
                        .isEqualTo(MigrationStatus.CANCELLED);
                pair.renewDestination(0);
            }
        }
    }
}
