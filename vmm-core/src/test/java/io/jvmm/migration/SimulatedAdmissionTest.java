package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.SimulatedMigration.Result;
import io.jvmm.migration.SimulatedMigration.Scene;
import io.jvmm.migration.admission.SwitchoverAdmission;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whole migrations in virtual time: what admission is worth. Same seeds, same figures. */
class SimulatedAdmissionTest {
    private static final int MIGRATIONS = 100;
    private static final long LIMIT_MILLIS = 100;
    private static final long MEGABYTE = 1_000_000;

    private static final MigrationCapabilities ABORT =
            MigrationCapabilities.none()
                    .with(Map.of(Capability.RETURN_PATH, true, Capability.SWITCHOVER_ABORT, true));

    private static SimulatedMigration migration(
            SwitchoverAdmission admission, String policy, Scene scene, long seed) {
        return new SimulatedMigration(
                admission,
                ABORT,
                SimulatedMigration.parameters(LIMIT_MILLIS, 0, policy),
                scene,
                seed);
    }

    private static SimulatedLink steady(double megabytesPerSecond) {
        return new SimulatedLink(1, 1000, megabytesPerSecond);
    }

    @Test
    void shouldStopOnceForADeviceThatTakesLongerThanTheLimitAndNeverOnceThatIsKnown() {
        SwitchoverAdmission admission = SwitchoverAdmission.inMemory();
        Result first =
                migration(admission, "", scene(steady(1000), 10 * MEGABYTE, 120), 1).run(600);
        assertThat(first.stops()).isEqualTo(1);
        assertThat(first.refusal())
                .startsWith("the limit can never be met: save of device disk (twice what")
                .contains("reserve 5.0 ms, limit 100.0 ms");
        Result second =
                migration(admission, "", scene(steady(1000), 10 * MEGABYTE, 120), 2).run(600);
        assertThat(second.stops()).isZero();
        assertThat(second.refusal()).isEqualTo(first.refusal());
    }

    @Test
    void shouldStopAgainAndAgainByTheBareRuleForSuchADevice() {
        Result bare =
                migration(
                                SwitchoverAdmission.inMemory(),
                                "downtime-limit",
                                scene(steady(1000), 10 * MEGABYTE, 120),
                                1)
                        .run(60);
        assertThat(bare.vain()).isGreaterThan(10);
    }

    @Test
    void shouldTryAgainWithALimitThatMayBeMet() {
        SwitchoverAdmission admission = SwitchoverAdmission.inMemory();
        Scene scene = scene(steady(1000), 10 * MEGABYTE, 120);
        migration(admission, "", scene, 1).run(600);
        Result ample =
                new SimulatedMigration(
                                admission,
                                ABORT,
                                SimulatedMigration.parameters(300, 0, ""),
                                scene,
                                2)
                        .run(600);
        assertThat(ample).isEqualTo(new Result(1, 0, true, ""));
    }

    @Test
    void shouldMoveTheGuestWithADeviceThatFits() {
        SwitchoverAdmission admission = SwitchoverAdmission.inMemory();
        for (int i = 0; i < 10; i++) {
            Result result =
                    migration(admission, "", scene(steady(1000), 10 * MEGABYTE, 40), i).run(600);
            assertThat(result).isEqualTo(new Result(1, 0, true, ""));
        }
    }

    @Test
    void shouldNeverStopAGuestThatDirtiesFasterThanTheLine() {
        Scene scene = scene(steady(100), 300 * MEGABYTE, 1);
        Result result = migration(SwitchoverAdmission.inMemory(), "", scene, 1).run(600);
        assertThat(result).isEqualTo(new Result(0, 0, false, ""));
    }

    @Test
    void shouldNotStopForBytesThatAreStillInABuffer() {
        Scene scene = new Scene(steady(50), 100 * MEGABYTE, 3 * MEGABYTE, 1, 1, 64 * MEGABYTE);
        Result result = migration(SwitchoverAdmission.inMemory(), "", scene, 1).run(60);
        assertThat(result.vain()).isZero();
    }

    /** With something between downtime-limit and the limit, which is all that the bare rule has. */
    @Test
    void shouldStopInVainLessOftenThanTheBareRuleWhenTheLinkVaries() {
        Tally learned = tally("learned");
        Tally bare = tally("downtime-limit");
        String figures =
                "in %d migrations: learned %s, bare %s".formatted(MIGRATIONS, learned, bare);
        System.getLogger(SimulatedAdmissionTest.class.getName())
                .log(System.Logger.Level.INFO, figures);
        assertThat(learned.vain).as(figures).isLessThanOrEqualTo(bare.vain / 4);
        assertThat(bare.vain).as("the link is a hard one: " + figures).isGreaterThan(20);
        assertThat(learned.completed).as(figures).isGreaterThanOrEqualTo(90);
    }

    /** Stops in vain, and guests that were moved, each with one attempt. */
    private record Tally(int vain, int completed) {}

    private static Tally tally(String policy) {
        SwitchoverAdmission admission = SwitchoverAdmission.inMemory();
        int vain = 0;
        int completed = 0;
        for (int i = 0; i < MIGRATIONS; i++) {
            SimulatedLink varying = new SimulatedLink(i, 300, 50, 100, 200, 400, 800);
            Result result =
                    new SimulatedMigration(
                                    admission,
                                    ABORT,
                                    SimulatedMigration.parameters(LIMIT_MILLIS, 50, policy),
                                    scene(varying, 20 * MEGABYTE, 5),
                                    i)
                            .run(300, 1);
            vain += result.vain();
            completed += result.completed() ? 1 : 0;
        }
        return new Tally(vain, completed);
    }

    private static Scene scene(SimulatedLink link, long dirtyBytesPerSecond, long deviceMillis) {
        return new Scene(link, dirtyBytesPerSecond, 64 * MEGABYTE, deviceMillis, 1, 4 * MEGABYTE);
    }
}
