package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
import io.jvmm.migration.switchover.DestinationHandover.Action;
import io.jvmm.migration.switchover.DestinationHandover.Event;
import io.jvmm.migration.switchover.DestinationHandover.State;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.SaveVmRegistry;
import io.jvmm.savevm.StateLoader;
import io.jvmm.savevm.ram.RamHandlers;
import io.jvmm.stream.NanoClock;
import io.jvmm.stream.RateLimit;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.channel.Channel;
import io.jvmm.stream.channel.ChannelListener;
import io.jvmm.stream.channel.MigrationAddress;
import io.jvmm.stream.wire.CapabilityRules;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A guest on its way into this process.
 *
 * <p>One thread, named {@code migration-incoming}, accepts one connection, loads, and waits for the
 * source's word. It starts the guest on GO, or, from a peer that does not know the protocol, once
 * the whole stream with its VM description is loaded; never otherwise.
 */
public final class IncomingMigration {
    private static final System.Logger LOG = System.getLogger(IncomingMigration.class.getName());

    /** What a stream may assert: nothing that changes the layout is supported here. */
    private static final CapabilityRules CAPABILITY_RULES =
            new CapabilityRules(
                    Arrays.stream(Capability.values())
                            .map(Capability::label)
                            .collect(Collectors.toUnmodifiableSet()),
                    Set.of(Capability.X_IGNORE_SHARED.label(), Capability.MAPPED_RAM.label()));

    private final MigrationHost host;
    private final ChannelListener listener;
    private final MigrationAddress address;
    private final Supplier<MigrationCapabilities> capabilities;
    private final NanoClock clock;
    private final DestinationJudge judge = new DestinationJudge(this::breakIn);
    private final Thread thread;
    private volatile MigrationStatus status = MigrationStatus.SETUP;
    private volatile @Nullable Channel channel;
    private volatile String error = "";

    /**
     * Prepares an incoming migration; {@link #start} begins to accept.
     *
     * @param host the machine, waiting for a guest
     * @param listener where the source connects; closed by this object
     * @param capabilities what is on, asked when the source has connected
     * @param clock the time
     */
    public IncomingMigration(
            MigrationHost host,
            ChannelListener listener,
            Supplier<MigrationCapabilities> capabilities,
            NanoClock clock) {
        this.host = host;
        this.capabilities = capabilities;
        this.listener = listener;
        this.address = listener.address();
        this.clock = clock;
        this.thread = Thread.ofPlatform().daemon().name("migration-incoming").unstarted(this::run);
    }

    /** Starts the incoming thread and returns. */
    public void start() {
        host.statusChanged(MigrationStatus.SETUP);
        thread.start();
    }

    /**
     * Gives the guest up for good, unless it runs here already: this process ends, or the operator
     * says so.
     *
     * @param why for people at both sides
     */
    public void drop(String why) {
        judge.giveUp(Event.DROP, why);
    }

    /**
     * Waits for the end of the incoming thread.
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
        return status;
    }

    /**
     * A snapshot for the monitors.
     *
     * @return the status, where the source has to connect while it may, and why it failed
     */
    public MigrationInfo info() {
        MigrationStatus now = status;
        boolean listening = now == MigrationStatus.SETUP || now == MigrationStatus.ACTIVE;
        return new MigrationInfo(
                now,
                null,
                null,
                null,
                error.isEmpty() ? null : error,
                List.of(),
                listening ? address.toUri() : null,
                null);
    }

    private void run() {
        host.rehearse();
        try (DeadlineWatch watch =
                new DeadlineWatch("incoming-watch", clock, host.watchThreadSetup(), judge)) {
            try (Channel accepted = listener.accept()) {
                listener.close();
                channel = accepted;
                judge.checkpoint();
                moveTo(MigrationStatus.ACTIVE);
                receive(accepted, watch);
            }
        } catch (AttemptOverException _) {
            // Dropped before a connection came; settled below.
        } catch (RuntimeException e) {
            judge.giveUp(Event.FAIL, String.valueOf(e.getMessage()));
        } finally {
            listener.close();
            judge.giveUp(Event.FAIL, "the incoming thread ended early");
            settle();
        }
    }

    private void receive(Channel accepted, DeadlineWatch watch) {
        ReturnPathWriter voice = new ReturnPathWriter(accepted.output());
        StreamReader reader = new StreamReader(accepted.input());
        SaveVmRegistry registry = new SaveVmRegistry();
        MigrationCapabilities agreed = capabilities.get();
        BooleanSupplier ackWaits =
                agreed.isOn(Capability.SWITCHOVER_ACK) ? registry::switchoverAckNeeded : () -> true;
        IncomingStream stream =
                new IncomingStream(judge, watch, voice, clock, host.deviceDelays(), ackWaits);
        IncomingHandover handover =
                new IncomingHandover(host, new Progress(), judge, reader, voice, stream, clock);
        try {
            registry.register(
                    new RamHandlers(host.ram(), host.dirtyLog(), new RateLimit(clock), clock));
            host.registerDevices(registry, agreed);
            new StateLoader(reader, registry, host.configuration(), CAPABILITY_RULES, stream)
                    .load();
            stream.loadIntoDevices(host.changeStateHandlers());
            stream.phases().enter(SwitchoverPhase.APPLY, "");
            host.applyLoadedState();
            watch.disarm();
            if (judge.decide(Event.LOADED) == Action.SEND_READY) {
                handover.finish();
            }
        } catch (AttemptOverException _) {
            // Dropped elsewhere.
        } catch (StreamException e) {
            judge.giveUp(Event.LINK_LOST, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            judge.giveUp(Event.FAIL, String.valueOf(e.getMessage()));
            LOG.log(Level.WARNING, "The incoming migration failed.", e);
        }
        accepted.output().clearInterrupt();
        if (judge.state() == State.DROPPED) {
            handover.sayDropped();
        }
        if (stream.phases().isBegun()) {
            host.switchoverEnded(stream.info());
        }
    }

    /** Ends whatever the incoming thread is blocked in. Any thread. */
    private void breakIn() {
        listener.interrupt();
        Channel current = channel;
        if (current != null) {
            current.input().interrupt();
        }
        LockSupport.unpark(thread);
    }

    private void settle() {
        switch (judge.state()) {
            case RUNNING -> {}
            case DROPPED -> {
                error = judge.cause();
                moveTo(MigrationStatus.FAILED);
                host.incomingFailed(error);
            }
            case PREPARED ->
                    LOG.log(
                            Level.WARNING,
                            "The link to the source is lost; the guest is prepared here and waits:"
                                    + " nobody but the source's word, or the operator, starts it.");
            case LOADING, EXPIRED, STARTING ->
                    throw new IllegalStateException(
                            "The incoming thread ended early. state=" + judge.state());
        }
    }

    /** What the hand-over tells, in this migration's words. */
    private final class Progress implements IncomingHandover.Progress {
        @Override
        public void prepared() {
            host.prepared();
            moveTo(MigrationStatus.PREPARED);
        }

        @Override
        public void started() {
            moveTo(MigrationStatus.COMPLETED);
        }
    }

    private void moveTo(MigrationStatus next) {
        status = next;
        host.statusChanged(next);
    }
}
