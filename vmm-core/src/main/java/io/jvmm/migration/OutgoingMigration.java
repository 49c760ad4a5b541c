package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.channel.Channel;
import io.jvmm.stream.channel.Connector;
import io.jvmm.stream.channel.MigrationAddress;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A guest on its way out of this process.
 *
 * <p>One thread, named {@code migration}, connects, iterates, switches over and settles the
 * outcome. {@link #cancel} and {@link #info} are for any thread and never wait for it.
 */
public final class OutgoingMigration {
    private static final System.Logger LOG = System.getLogger(OutgoingMigration.class.getName());
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** How long the destination may take to forget an aborted attempt. */
    private static final long ROLL_BACK_NANOS = 5_000_000_000L;

    private final MigrationHost host;
    private final HandoverFollowUp followUp;
    private final Connector connector;
    private final MigrationCapabilities capabilities;
    private final Supplier<MigrationParameters> parameters;
    private final NanoClock clock;
    private final SwitchoverDevices devices;
    private final SourceJudge judge;
    private final Thread thread;
    private final long startNanos;
    private final CountDownLatch settled = new CountDownLatch(1);
    private final OutgoingStatus status;
    private final AbortText abortText;
    private volatile @Nullable Channel channel;
    private volatile @Nullable OutgoingStream stream;
    private volatile @Nullable PrecopyLoop precopy;
    private volatile @Nullable SwitchoverAttempt underWay;
    private volatile @Nullable SwitchoverInfo switchover;
    private volatile long setupNanos;
    private volatile long endNanos;
    private volatile long downtimeNanos = -1;

    /**
     * Prepares a migration; {@link #start} begins it.
     *
     * @param host the machine
     * @param address where to
     * @param capabilities what is on, fixed for this migration
     * @param parameters the parameters as they are now, asked again and again
     * @param clock the time
     */
    public OutgoingMigration(
            MigrationHost host,
            MigrationAddress address,
            MigrationCapabilities capabilities,
            Supplier<MigrationParameters> parameters,
            NanoClock clock) {
        this.host = host;
        this.connector = new Connector(address, Connector.TIMEOUT);
        this.capabilities = capabilities;
        this.parameters = parameters;
        this.clock = clock;
        this.devices = new SwitchoverDevices(host.changeStateHandlers());
        this.judge =
                new SourceJudge(
                        parameters.get().switchoverAttempts(),
                        this::giveGuestBack,
                        clock,
                        this::breakIn);
        this.status = new OutgoingStatus(host);
        this.followUp = new HandoverFollowUp(address, judge, clock);
        this.abortText = new AbortText(judge, devices);
        this.thread = Thread.ofPlatform().daemon().name("migration").unstarted(this::run);
        this.startNanos = clock.nanoTime();
    }

    /** Starts the migration thread and returns. */
    public void start() {
        status.start();
        thread.start();
    }

    /** Cancels, unless the guest has been committed to the destination: then it changes nothing. */
    public void cancel() {
        judge.cancel();
        if (judge.state() == State.CANCELLED) {
            status.cancelling();
        }
    }

    /**
     * Waits for the outcome. One that is not known counts: it is asked for in the background.
     *
     * @throws InterruptedException if interrupted
     */
    public void join() throws InterruptedException {
        settled.await();
    }

    /**
     * Cancels, ends what goes on in the background after the outcome, and waits for that.
     *
     * @throws InterruptedException if interrupted
     */
    public void close() throws InterruptedException {
        cancel();
        followUp.close();
        LockSupport.unpark(thread);
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
    }

    /**
     * The operator's word about a guest of which nobody here knows who runs it.
     *
     * @param resume true: the destination is dead, the guest runs here; false: it is given up here
     * @return false if this is not what the hand-over waits for
     */
    public boolean resolve(boolean resume) {
        boolean taken =
                resume
                        ? judge.resolve(Event.RESUME, "the operator resumed the guest")
                        : judge.resolve(Event.GIVE_UP, "the operator gave the guest up here");
        LockSupport.unpark(thread);
        return taken;
    }

    /**
     * Where the hand-over stands, for {@code migrate-handover-query}.
     *
     * @return a snapshot
     */
    public HandoverInfo handover() {
        return HandoverInfo.atSource(judge.state(), judge.attempt(), followUp.lastAnswer());
    }

    /**
     * The status now.
     *
     * @return the status
     */
    public MigrationStatus status() {
        return status.get();
    }

    /**
     * A snapshot for the monitors; cheap, and never waits for the migration.
     *
     * @return the status, times and counters of this moment
     */
    public MigrationInfo info() {
        MigrationStatus now = status.get();
        OutgoingStream out = stream;
        if (out == null || now == MigrationStatus.SETUP) {
            return new MigrationInfo(now, null, null, null, errorOrNull(), List.of(), null, null);
        }
        return new MigrationInfo(
                now,
                times(),
                out.ramInfo(elapsedNanos()),
                host.vfioTransferred(),
                errorOrNull(),
                List.of(),
                null,
                switchover);
    }

    private void run() {
        host.rehearse();
        try (DeadlineWatch watch =
                new DeadlineWatch("switchover-watch", clock, host.watchThreadSetup(), judge)) {
            try (Channel connected = connector.connect()) {
                channel = connected;
                judge.checkpoint();
                migrate(connected, watch);
            }
        } catch (AttemptOverException _) {
            // Decided elsewhere; settled below.
        } catch (StreamException | MigrationException e) {
            judge.fail(Event.LINK_LOST, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            judge.fail(Event.LINK_LOST, String.valueOf(e.getMessage()));
            LOG.log(Level.WARNING, "The outgoing migration failed.", e);
        } finally {
            endNanos = clock.nanoTime();
            connector.close();
            if (!judge.isOutcomeKnown()) {
                judge.fail(Event.LINK_LOST, "the migration thread ended early");
            }
            State first = judge.state();
            settle(first);
            settled.countDown();
            followUp(first);
        }
    }

    /**
     * What is left to say or to ask once the migration's own connection is gone.
     *
     * @param first what was settled: the operator may have been quicker since
     */
    private void followUp(State first) {
        OutgoingStream out = stream;
        HandoverSession session = out == null ? null : out.session();
        if (first == State.UNKNOWN) {
            followUp.awaitOutcome(session);
            outcomeKnown();
        } else if (judge.isAborted() && !judge.isDestinationGone()) {
            followUp.offerAbort(session);
        }
    }

    private void outcomeKnown() {
        SwitchoverAttempt attempt = underWay;
        State now = judge.state();
        if (now != State.UNKNOWN && attempt != null) {
            attempt.outcomeKnown();
            report(attempt);
            endNanos = clock.nanoTime();
            settle(now);
        }
    }

    private void migrate(Channel connected, DeadlineWatch watch) {
        BooleanSupplier goesOn = () -> goesOn(watch);
        try (OutgoingStream out =
                new OutgoingStream(host, capabilities, judge, clock, connected, goesOn)) {
            stream = out;
            out.open(parameters.get().switchoverAttempts() != 1);
            setupNanos = clock.nanoTime() - startNanos;
            PrecopyLoop loop =
                    new PrecopyLoop(host, out, capabilities, parameters, devices, judge, clock);
            precopy = loop;
            loop.reportPass();
            status.move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
            do {
                attempt(loop, out, watch);
            } while (judge.state() == State.ROLLING_BACK && rollBack(out, watch));
            finish(out, connected);
        }
    }

    private void attempt(PrecopyLoop loop, OutgoingStream out, DeadlineWatch watch) {
        Admitted admitted = loop.run();
        SwitchoverAttempt attempt =
                new SwitchoverAttempt(host, out, judge, watch, devices, clock, admitted);
        underWay = attempt;
        attempt.run(() -> status.move(MigrationStatus.ACTIVE, MigrationStatus.DEVICE));
        loop.attemptEnded(judge.state(), report(attempt).lines());
    }

    /** The attempt is over, or its outcome has become known. */
    private SwitchoverInfo report(SwitchoverAttempt attempt) {
        SwitchoverInfo over = attempt.info();
        switchover = over;
        downtimeNanos = over.totalNanos();
        host.switchoverEnded(over);
        return over;
    }

    /** The guest runs here again, and the destination is to forget the attempt but for the RAM. */
    private boolean rollBack(OutgoingStream out, DeadlineWatch watch) {
        host.switchoverAborted();
        boundRollBack(watch);
        boolean again = out.rollBack();
        watch.disarm();
        if (again) {
            devices.nextAttempt();
            host.awaitRunning();
            status.move(MigrationStatus.DEVICE, MigrationStatus.ACTIVE);
        }
        return again;
    }

    /**
     * A write was broken. With attempts left the guest comes first, its devices included; then the
     * write goes on, so that the stream stays in good form. An interrupt may also come late, from
     * whoever ended an attempt before.
     */
    private boolean goesOn(DeadlineWatch watch) {
        if (judge.state() == State.ROLLING_BACK) {
            bringBackDevices();
            boundRollBack(watch);
        }
        return !judge.isAborted();
    }

    private void boundRollBack(DeadlineWatch watch) {
        watch.disarm();
        watch.enter(SwitchoverPhase.ROLL_BACK, "");
        watch.arm(clock.nanoTime() + ROLL_BACK_NANOS);
    }

    private void finish(OutgoingStream out, Channel connected) {
        if (judge.isAborted()) {
            out.abandon(connected);
            out.hearOut();
        } else if (judge.state() == State.COMPLETED) {
            out.done();
        }
    }

    /** Any thread; false if the migration thread has to bring devices back first. */
    private boolean giveGuestBack() {
        SwitchoverAttempt attempt = underWay;
        if (attempt != null) {
            attempt.decided();
        }
        if (devices.release()) {
            host.resumeAfterAbort();
            return true;
        }
        host.rollbackBlocked();
        return false;
    }

    /** Ends whatever the migration thread is blocked in. Any thread. */
    private void breakIn() {
        connector.interrupt();
        Channel current = channel;
        if (current != null) {
            current.output().interrupt();
        }
        OutgoingStream out = stream;
        if (out != null) {
            out.saveAbandoned();
        }
        LockSupport.unpark(thread);
    }

    private void settle(State outcome) {
        switch (outcome) {
            case COMPLETED -> {
                host.handedOver();
                status.settle(MigrationStatus.COMPLETED, "");
            }
            case UNKNOWN, COMMITTED -> {
                host.handoverUnknown();
                status.settle(
                        MigrationStatus.HANDOVER_UNKNOWN,
                        judge.failure() + "; who runs the guest is not known here");
            }
            case GIVEN_UP -> {
                host.handedOver();
                status.settle(MigrationStatus.HANDOVER_UNKNOWN, judge.failure());
            }
            case EXPIRED -> cancelled(abortText.expired(switchover));
            case CANCELLED -> cancelled(abortText.cancelled());
            case FAILED -> {
                if (judge.isExpired()) {
                    cancelled(abortText.expired(switchover));
                } else {
                    failed();
                }
            }
            case RETURNED, RESUMED -> {
                bringBackDevices();
                failed();
            }
            case ITERATING, STOPPED, ROLLING_BACK ->
                    throw new IllegalStateException("Not decided. state=" + outcome);
        }
    }

    private void failed() {
        host.switchoverAborted();
        status.settle(MigrationStatus.FAILED, abortText.failed());
    }

    private void cancelled(String why) {
        status.cancelling();
        host.switchoverAborted();
        status.settle(MigrationStatus.CANCELLED, why);
    }

    private void bringBackDevices() {
        SwitchoverAttempt attempt = underWay;
        if (attempt != null) {
            attempt.bringBackDevices();
        }
    }

    /** Why it failed, or what the guest that is back waits for. */
    private @Nullable String errorOrNull() {
        SwitchoverAttempt attempt = underWay;
        String error = status.error();
        if (error == null && attempt != null && judge.isGuestBack() && devices.areMoved()) {
            return "the guest stays stopped at the source: " + attempt.describeNow();
        }
        return error;
    }

    private long elapsedNanos() {
        long end = endNanos;
        return (end == 0 ? clock.nanoTime() : end) - startNanos;
    }

    private MigrationInfo.Times times() {
        PrecopyLoop loop = precopy;
        long downtime =
                downtimeNanos >= 0
                        ? downtimeNanos / NANOS_PER_MILLI
                        : loop == null ? 0 : loop.expectedDowntimeMillis();
        return new MigrationInfo.Times(
                elapsedNanos() / NANOS_PER_MILLI, setupNanos / NANOS_PER_MILLI, downtime);
    }
}
