package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.Reserves;
import io.jvmm.migration.switchover.SourceHandover.Event;
import io.jvmm.migration.switchover.SourceHandover.State;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.channel.Channel;
import io.jvmm.stream.channel.Connector;
import io.jvmm.stream.channel.MigrationAddress;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
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

    private final MigrationHost host;
    private final Connector connector;
    private final MigrationCapabilities capabilities;
    private final Supplier<MigrationParameters> parameters;
    private final NanoClock clock;
    private final SwitchoverDevices devices;
    private final SourceJudge judge;
    private final Thread thread;
    private final long startNanos;
    private final AtomicReference<MigrationStatus> status =
            new AtomicReference<>(MigrationStatus.SETUP);
    private volatile @Nullable Channel channel;
    private volatile @Nullable OutgoingStream stream;
    private volatile @Nullable PrecopyLoop precopy;
    private volatile @Nullable SwitchoverAttempt underWay;
    private volatile @Nullable SwitchoverInfo switchover;
    private volatile long setupNanos;
    private volatile long endNanos;
    private volatile long downtimeNanos = -1;
    private volatile String error = "";

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
        this.judge = new SourceJudge(this::giveGuestBack, clock, this::breakIn);
        this.thread = Thread.ofPlatform().daemon().name("migration").unstarted(this::run);
        this.startNanos = clock.nanoTime();
    }

    /** Starts the migration thread and returns. */
    public void start() {
        host.statusChanged(MigrationStatus.SETUP);
        thread.start();
    }

    /** Cancels, unless the guest has been committed to the destination: then it changes nothing. */
    public void cancel() {
        judge.cancel();
        if (judge.state() == State.CANCELLED) {
            cancelling();
        }
    }

    /**
     * Waits for the outcome.
     *
     * @throws InterruptedException if interrupted
     */
    public void join() throws InterruptedException {
        thread.join();
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
        } catch (StreamException e) {
            judge.fail(Event.LINK_LOST, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            judge.fail(Event.LINK_LOST, String.valueOf(e.getMessage()));
            LOG.log(Level.WARNING, "The outgoing migration failed.", e);
        } finally {
            endNanos = clock.nanoTime();
            connector.close();
            judge.fail(Event.FAIL, "the migration thread ended early");
            settle();
        }
    }

    private void migrate(Channel connected, DeadlineWatch watch) {
        try (OutgoingStream out = new OutgoingStream(host, capabilities, judge, clock, connected)) {
            stream = out;
            out.open();
            setupNanos = clock.nanoTime() - startNanos;
            PrecopyLoop loop =
                    new PrecopyLoop(host, out, capabilities, parameters, devices, judge, clock);
            precopy = loop;
            loop.reportPass();
            move(MigrationStatus.SETUP, MigrationStatus.ACTIVE);
            SwitchoverBudget budget = loop.run().budget();
            SwitchoverAttempt attempt =
                    new SwitchoverAttempt(host, out, judge, watch, devices, clock);
            underWay = attempt;
            attempt.run(budget, () -> move(MigrationStatus.ACTIVE, MigrationStatus.DEVICE));
            SwitchoverInfo over = attempt.info(budget, Reserves.NONE);
            switchover = over;
            host.switchoverEnded(over);
            loop.attemptEnded(judge.state(), over.lines());
            downtimeNanos = attempt.downtimeNanos();
            if (judge.isAborted()) {
                out.abandon(connected);
            }
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
        LockSupport.unpark(thread);
    }

    private void settle() {
        switch (judge.state()) {
            case COMPLETED -> {
                host.handedOver();
                moveTo(MigrationStatus.COMPLETED);
            }
            case UNKNOWN, COMMITTED -> {
                error = judge.failure() + "; who runs the guest is not known here";
                host.handoverUnknown();
                moveTo(MigrationStatus.HANDOVER_UNKNOWN);
            }
            case EXPIRED -> {
                error = overrun() + devices.problems();
                cancelled();
            }
            case CANCELLED -> {
                error = devices.problems().replaceFirst("^; ", "");
                cancelled();
            }
            case ITERATING, STOPPED, ROLLING_BACK, RESUMED, GIVEN_UP ->
                    throw new IllegalStateException("Not decided. state=" + judge.state());
            case FAILED, RETURNED -> {
                error = judge.failure() + devices.problems();
                host.switchoverAborted();
                moveTo(MigrationStatus.FAILED);
            }
        }
    }

    private String overrun() {
        SwitchoverInfo info = switchover;
        if (info == null || info.abort() == null) {
            return judge.expiredIn();
        }
        SwitchoverInfo.Abort abort = info.abort();
        String where =
                judge.isExpiredHere()
                        ? "switchover limit of %d ms exceeded at the source: %.1f ms in %s"
                                .formatted(
                                        info.limitNanos() / NANOS_PER_MILLI,
                                        info.nanosIn(abort.phase()) / 1e6,
                                        abort.phase())
                        : judge.expiredAtDestination() + ", the source in " + abort.phase();
        return devices.areMoved()
                ? where
                : where
                        + "; the guest runs again at the source after %.1f ms"
                                .formatted(abort.resumedNanos() / 1e6);
    }

    private void cancelled() {
        cancelling();
        host.switchoverAborted();
        moveTo(MigrationStatus.CANCELLED);
    }

    /** Why it failed, or what the guest that is back waits for. */
    private @Nullable String errorOrNull() {
        SwitchoverAttempt attempt = underWay;
        if (error.isEmpty() && attempt != null && judge.isGuestBack() && devices.areMoved()) {
            return "the guest stays stopped at the source: " + attempt.describeNow();
        }
        return error.isEmpty() ? null : error;
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

    /** Once, whoever comes first: the one who cancels, or the migration thread. */
    private void cancelling() {
        for (MigrationStatus from :
                List.of(MigrationStatus.SETUP, MigrationStatus.ACTIVE, MigrationStatus.DEVICE)) {
            if (move(from, MigrationStatus.CANCELLING)) {
                return;
            }
        }
    }

    private boolean move(MigrationStatus from, MigrationStatus next) {
        if (!status.compareAndSet(from, next)) {
            return false;
        }
        host.statusChanged(next);
        return true;
    }

    private void moveTo(MigrationStatus next) {
        status.set(next);
        host.statusChanged(next);
    }
}
