package io.jvmm.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A guest that dirties memory as fast as it can moves to and fro between two processes that live
 * on. RAM is compared at every READY; nothing is left behind in either process.
 *
 * <p>Long form: {@code mvn verify -pl vmm-core -am -Dtest=ToAndFroProcessTest
 * -Dsurefire.failIfNoSpecifiedTests=false -Djvmm.test.migrations=200}.
 */
@Tag("process")
@Timeout(value = 30, unit = TimeUnit.MINUTES)
class ToAndFroProcessTest {
    private static final System.Logger LOG = System.getLogger(ToAndFroProcessTest.class.getName());
    private static final int MIGRATIONS = Integer.getInteger("jvmm.test.migrations", 4);
    private static final int WARM_UP = 2;

    private final VmProcesses processes = new VmProcesses();

    @AfterEach
    void endProcesses() {
        processes.close();
    }

    @ParameterizedTest
    @MethodSource("io.jvmm.cli.ProcessScenario#accelerators")
    void shouldMoveToAndFroAndLeaveNothingBehind(String accelerator) {
        String machine =
                ProcessScenario.machine(
                        accelerator, "x-verify-ram=on", "max-bandwidth=0", "downtime-limit=60000");
        TestVm home = processes.start(machine + " -guest stress,working-set=8M,dirty-rate=max");
        TestVm away = processes.start(machine + " -incoming defer");
        move(home, away, WARM_UP);
        ProcessResources homeBefore = ProcessResources.of(home.pid());
        ProcessResources awayBefore = ProcessResources.of(away.pid());
        long begin = System.nanoTime();
        long work = move(home, away, MIGRATIONS);
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        homeBefore.awaitAgain(home);
        awayBefore.awaitAgain(away);
        LOG.log(
                Level.INFO,
                "{0} migrations to and fro on {1}: all RAM verified, work counter at {2},"
                        + " nothing left behind, {3} ms; home: {4}; away: {5}",
                MIGRATIONS,
                accelerator,
                work,
                millis,
                homeBefore.summary(),
                awayBefore.summary());
    }

    /**
     * Moves the guest from home an even number of times, so that it ends there.
     *
     * @return the work that it has done since it was made
     */
    private long move(TestVm home, TestVm away, int times) {
        long work = home.verifiedWork();
        for (int i = 0; i < times; i++) {
            TestVm from = i % 2 == 0 ? home : away;
            TestVm to = i % 2 == 0 ? away : home;
            to.listenAt(processes.uri());
            from.migrateTo(processes.uri());
            from.awaitStatus("completed", "failed", "cancelled", "handover-unknown");
            assertThat(from.status())
                    .as("round %d: %s", i, from.errorDesc())
                    .isEqualTo("completed");
            assertThat(from.runState()).as("round %d", i).isEqualTo("postmigrate");
            to.awaitStatus("completed");
            assertThat(to.isGuestRunning()).as("round %d", i).isTrue();
            long now = to.verifiedWork();
            assertThat(now).as("round %d: work", i).isGreaterThanOrEqualTo(work);
            work = now;
        }
        return work;
    }
}
