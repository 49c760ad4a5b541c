package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.Capability;
import io.jvmm.migration.MigrationInfo;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RamInfo;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Attempts that follow an aborted one over the same connection. */
@Timeout(120)
class SwitchoverRetryTest {
    private static final long LIMIT_MILLIS = 60;
    private static final long AMPLE_MILLIS = 20_000;
    private static final long SLOW_LOAD_MILLIS = 1500;

    @ParameterizedTest
    @MethodSource("io.jvmm.machine.UsableAccelerators#all")
    void shouldCompleteWithoutSendingTheRamAgain(AcceleratorKind accelerator)
            throws InterruptedException {
        try (MigrationPair pair = retrying(accelerator, 0)) {
            pair.renewDestination(SLOW_LOAD_MILLIS); // in its first attempt
            pair.listen();
            pair.source().migrate("unix:" + pair.socket());
            while (pair.source().handoverQuery().attempt() < 2) {
                Thread.onSpinWait();
            }
            pair.set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
            pair.source().awaitMigrationEnd();
            MigrationInfo info = pair.source().queryMigrate();
            assertThat(info.errorDesc()).isNull();
            assertThat(info.status()).isEqualTo(MigrationStatus.COMPLETED);
            assertThat(pair.source().handoverQuery().attempt()).isGreaterThan(1);
            assertThat(pair.runner()).isSameAs(pair.destination());
            MigrationPair.verify(pair.destination());
            RamInfo ram = Objects.requireNonNull(info.ram());
            // Every page of the first pass is counted once, whatever the guest dirtied since.
            assertThat(ram.pages().zero())
                    .isLessThan(MigrationPair.MEMORY / RamInfo.PAGE_SIZE + ram.pages().normal());
            assertThat(ram.pages().zero() + ram.pages().normal())
                    .isLessThan(2 * MigrationPair.MEMORY / RamInfo.PAGE_SIZE);
        }
    }

    @Test
    void shouldEndAfterTheLastAttempt() throws InterruptedException {
        try (MigrationPair pair = retrying(AcceleratorKind.INTERP, SLOW_LOAD_MILLIS)) {
            pair.set(MigrationParameter.SWITCHOVER_ATTEMPTS, 3);
            pair.migrate();
            MigrationInfo info = pair.source().queryMigrate();
            assertThat(info.status()).isIn(MigrationStatus.CANCELLED, MigrationStatus.FAILED);
            assertThat(pair.runner()).isSameAs(pair.source());
            MigrationPair.awaitProgress(pair.source());
            MigrationPair.verify(pair.source());
        }
    }

    private static MigrationPair retrying(AcceleratorKind accelerator, long saveDelayMillis) {
        MigrationPair pair = new MigrationPair(accelerator, 1 << 20, saveDelayMillis);
        pair.enable(Capability.RETURN_PATH, Capability.SWITCHOVER_ABORT, Capability.X_VERIFY_RAM);
        pair.set(MigrationParameter.DOWNTIME_LIMIT, LIMIT_MILLIS);
        pair.set(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH, 1L << 33);
        pair.set(MigrationParameter.SWITCHOVER_ATTEMPTS, 0);
        return pair;
    }
}
