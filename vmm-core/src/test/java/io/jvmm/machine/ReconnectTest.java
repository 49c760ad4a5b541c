package io.jvmm.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.fault.Fault;
import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.FaultProxy;
import io.jvmm.fault.Message;
import io.jvmm.fault.Place;
import io.jvmm.fault.PlannedFault;
import io.jvmm.fault.Trigger;
import io.jvmm.migration.Capability;
import io.jvmm.migration.HandoverResolution;
import io.jvmm.migration.MigrationParameter;
import io.jvmm.migration.MigrationRefusedException;
import io.jvmm.migration.MigrationStatus;
import io.jvmm.migration.RunState;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The link is lost at one message of the hand-over, and both sides find together again. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReconnectTest {
    /** More connections than a source makes in the time of a test. */
    private static final int MANY = 400;

    private static final long AMPLE_MILLIS = 20_000;

    /** How the link is lost. */
    enum Loss {
        /** Both sides see the end of the connection. */
        CUT(new Fault.Cut()),
        /** Nobody is told. */
        SILENCE(new Fault.Drop());

        @SuppressWarnings("ImmutableEnumChecker") // a record without components
        private final Fault fault;

        Loss(Fault fault) {
            this.fault = fault;
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayGoAgainWhenItWasLost(Loss loss) throws InterruptedException {
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, lost(Message.GO, 0, loss))) {
            migrate(pair, proxy);
            requireCompleted(pair, "Started");
        }
    }

    /** It is heard, and the answer is not. */
    @ParameterizedTest
    @EnumSource
    void shouldAskWhetherTheGuestWasStarted(Loss loss) throws InterruptedException {
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, lost(Message.STARTED, 0, loss))) {
            migrate(pair, proxy);
            requireCompleted(pair, "Started");
        }
    }

    /** Nothing was committed: the guest runs on, and nobody waits for it at the other side. */
    @Test
    void shouldOfferAbortToADestinationWhoseReadyWasLost() throws InterruptedException {
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, lost(Message.READY, 0, Loss.CUT))) {
            migrate(pair, proxy);
            assertThat(pair.source().queryMigrate().status()).isEqualTo(MigrationStatus.FAILED);
            assertThat(pair.source().runState()).isEqualTo(RunState.RUNNING);
            awaitState(pair.destination(), RunState.DROPPED);
            assertThat(pair.destination().queryMigrate().errorDesc())
                    .isEqualTo("the source aborted the migration");
            MigrationPair.awaitProgress(pair.source());
            MigrationPair.verify(pair.source());
        }
    }

    @Test
    void shouldAskAgainWhenTheAnswerIsLostToo() throws InterruptedException {
        List<PlannedFault> faults = new ArrayList<>(lost(Message.STARTED, 0, Loss.CUT));
        faults.addAll(lost(Message.STARTED, 1, Loss.CUT));
        faults.addAll(lost(Message.QUERY, 2, Loss.CUT));
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, faults)) {
            migrate(pair, proxy);
            requireCompleted(pair, "Started");
            assertThat(proxy.happenings())
                    .extracting(happening -> happening.place().connection())
                    .contains(0, 1, 2);
        }
    }

    /** What ran there since its start is gone with that process; nobody here can know. */
    @Test
    void shouldWaitForAPersonWhenTheDestinationWasStartedAnew() throws InterruptedException {
        List<PlannedFault> faults = new ArrayList<>(lost(Message.STARTED, 0, Loss.CUT));
        faults.addAll(noMoreConnections());
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, faults)) {
            migrate(pair, proxy);
            assertThat(pair.source().queryMigrate().status())
                    .isEqualTo(MigrationStatus.HANDOVER_UNKNOWN);
            pair.renewDestination(0);
            pair.listen();
            proxy.heal();
            awaitAnswer(pair.source(), "NoSuchSession");
            assertThat(pair.source().runState()).isEqualTo(RunState.HANDOVER_UNKNOWN);
            assertThat(pair.destination().runState()).isEqualTo(RunState.INMIGRATE);
            assertThat(pair.source().handoverQuery().advice())
                    .contains("answer resume with peer-is-dead");

            assertThatThrownBy(
                            () -> pair.source().handoverResolve(HandoverResolution.RESUME, false))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessage(
                            "'resume' needs 'peer-is-dead': your word that the other side can"
                                    + " never run the guest");
            assertThatThrownBy(() -> pair.source().handoverResolve(HandoverResolution.DROP, true))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessageContaining("is not what this side waits for");
            assertThat(pair.source().runState()).isEqualTo(RunState.HANDOVER_UNKNOWN);

            pair.source().handoverResolve(HandoverResolution.RESUME, true);
            awaitState(pair.source(), RunState.RUNNING);
            MigrationPair.awaitProgress(pair.source());
            MigrationPair.verify(pair.source());

            // It has answered a question, and takes the next migration all the same.
            awaitSettled(pair.source());
            pair.source().migrate("unix:" + pair.socket());
            pair.source().awaitMigrationEnd();
            assertThat(pair.source().queryMigrate().errorDesc()).isNull();
            assertThat(pair.runner()).isSameAs(pair.destination());
            MigrationPair.verify(pair.destination());
        }
    }

    @Test
    void shouldGiveUpWhenAPersonSaysSo() throws InterruptedException {
        List<PlannedFault> faults = new ArrayList<>(lost(Message.STARTED, 0, Loss.CUT));
        faults.addAll(noMoreConnections());
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, faults)) {
            migrate(pair, proxy);
            pair.source().handoverResolve(HandoverResolution.GIVE_UP, false);
            awaitState(pair.source(), RunState.POSTMIGRATE);
            assertThat(pair.runner()).isSameAs(pair.destination());
        }
    }

    /** The source has gone while the destination waited for its word. */
    @Test
    void shouldRunAtTheDestinationOnAPersonsWordOnly() throws InterruptedException {
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, prepareUnheard())) {
            VirtualMachine destination = sourceGoesWhilePrepared(pair, proxy);
            assertThatThrownBy(() -> destination.handoverResolve(HandoverResolution.RUN, false))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessageContaining("'run' needs 'peer-is-dead'");
            assertThatThrownBy(() -> destination.handoverResolve(HandoverResolution.RESUME, true))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessageContaining("is not what this side waits for");
            assertThat(destination.runState()).isEqualTo(RunState.PREPARED);
            destination.handoverResolve(HandoverResolution.RUN, true);
            awaitState(destination, RunState.RUNNING);
            MigrationPair.awaitProgress(destination);
            MigrationPair.verify(destination);
        }
    }

    @Test
    void shouldDropThePreparedGuestWhenAPersonSaysSo() throws InterruptedException {
        try (MigrationPair pair = pair();
                FaultProxy proxy = proxy(pair, prepareUnheard())) {
            VirtualMachine destination = sourceGoesWhilePrepared(pair, proxy);
            destination.handoverResolve(HandoverResolution.DROP, false);
            awaitState(destination, RunState.DROPPED);
            assertThat(destination.queryMigrate().errorDesc())
                    .isEqualTo("the operator dropped the guest at the destination");
            assertThatThrownBy(() -> destination.handoverResolve(HandoverResolution.RUN, true))
                    .isInstanceOf(MigrationRefusedException.class);
        }
    }

    private static VirtualMachine sourceGoesWhilePrepared(MigrationPair pair, FaultProxy proxy)
            throws InterruptedException {
        pair.listen();
        pair.source().migrate(proxy.uri());
        awaitState(pair.destination(), RunState.PREPARED);
        assertThat(proxy.awaitHappenings(2, Duration.ofSeconds(30))).isTrue();
        pair.source().close();
        assertThat(pair.destination().runState()).isEqualTo(RunState.PREPARED);
        return pair.destination();
    }

    /** READY is not heard, and whatever the source says then is not either. */
    private static List<PlannedFault> prepareUnheard() {
        List<PlannedFault> faults = new ArrayList<>(lost(Message.READY, 0, Loss.SILENCE));
        faults.addAll(noMoreConnections());
        return faults;
    }

    private static List<PlannedFault> noMoreConnections() {
        List<PlannedFault> faults = new ArrayList<>();
        for (int i = 1; i <= MANY; i++) {
            Place place = Place.forward(i);
            faults.add(new PlannedFault(new Trigger.AtByte(place, 0), place, new Fault.Cut()));
        }
        return faults;
    }

    /** The whole connection is lost before this message is heard. */
    private static List<PlannedFault> lost(Message message, int connection, Loss loss) {
        Trigger trigger = new Trigger.AtMessage(connection, message, 1, 0);
        return List.of(
                new PlannedFault(trigger, Place.forward(connection), loss.fault),
                new PlannedFault(trigger, Place.backward(connection), loss.fault));
    }

    private static FaultProxy proxy(MigrationPair pair, List<PlannedFault> faults) {
        return new FaultProxy(
                UnixDomainSocketAddress.of(pair.proxySocket()),
                UnixDomainSocketAddress.of(pair.socket()),
                new FaultPlan(faults));
    }

    private static MigrationPair pair() {
        MigrationPair pair = new MigrationPair(AcceleratorKind.INTERP, 1 << 20);
        pair.enable(Capability.RETURN_PATH, Capability.X_VERIFY_RAM);
        pair.set(MigrationParameter.DOWNTIME_LIMIT, AMPLE_MILLIS);
        return pair;
    }

    private static void migrate(MigrationPair pair, FaultProxy proxy) throws InterruptedException {
        pair.listen();
        pair.source().migrate(proxy.uri());
        pair.source().awaitMigrationEnd();
    }

    /** Sooner or later: until then nobody here knows who runs the guest, and that is said. */
    private static void requireCompleted(MigrationPair pair, String answer) {
        while (pair.source().queryMigrate().status() != MigrationStatus.COMPLETED) {
            assertThat(pair.source().queryMigrate().status())
                    .isIn(MigrationStatus.HANDOVER_UNKNOWN, MigrationStatus.COMPLETED);
            assertThat(pair.source().runState()).isNotEqualTo(RunState.RUNNING);
            Thread.onSpinWait();
        }
        assertThat(pair.source().handoverQuery().lastAnswer()).isEqualTo(answer);
        assertThat(pair.source().runState()).isEqualTo(RunState.POSTMIGRATE);
        assertThat(pair.runner()).isSameAs(pair.destination());
        MigrationPair.awaitProgress(pair.destination());
        MigrationPair.verify(pair.destination());
    }

    private static void awaitAnswer(VirtualMachine source, String answer) {
        while (!answer.equals(source.handoverQuery().lastAnswer())) {
            Thread.onSpinWait();
        }
    }

    private static void awaitState(VirtualMachine machine, RunState state) {
        while (machine.runState() != state) {
            Thread.onSpinWait();
        }
    }

    private static void awaitSettled(VirtualMachine source) {
        while (source.queryMigrate().status() == MigrationStatus.HANDOVER_UNKNOWN) {
            Thread.onSpinWait();
        }
    }
}
