package io.jvmm.migration;

import io.jvmm.migration.switchover.AttemptOverException;
import io.jvmm.migration.switchover.DeadlineWatch;
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
import io.jvmm.stream.wire.Frame;
import io.jvmm.stream.wire.InquiryHeader;
import io.jvmm.stream.wire.VmCommand;
import java.lang.System.Logger.Level;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A guest on its way into this process.
 *
 * <p>One thread, named {@code migration-incoming}, accepts a connection, loads, and waits for the
 * source's word; a source that has lost it asks over new ones until it knows the outcome. It starts
 * the guest on GO, or, from a peer that does not know the protocol, once the whole stream with its
 * VM description is loaded; never otherwise.
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

    private static final long OUTCOME_NANOS = 100_000_000;

    private final MigrationHost host;
    private final ChannelListener listener;
    private final MigrationAddress address;
    private final Supplier<MigrationCapabilities> capabilities;
    private final NanoClock clock;
    private final SaveVmRegistry registry = new SaveVmRegistry();
    private final DestinationJudge judge = new DestinationJudge(this::breakIn);
    private final IncomingHandover handover;
    private final HandoverListener inquiries;
    private final Thread thread;
    private volatile @Nullable StateLoader loader;
    private volatile @Nullable IncomingStream stream;
    private volatile boolean acknowledged;
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
        this.handover = new IncomingHandover(host, new Progress(), judge, clock);
        this.inquiries = new HandoverListener(listener, handover);
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
     * Gives the guest up, unless it runs here already, listens for nobody any more, and waits for
     * the end of the incoming thread.
     *
     * @param why for people at both sides
     * @throws InterruptedException if interrupted
     */
    public void close(String why) throws InterruptedException {
        drop(why);
        inquiries.close();
        Channel current = channel;
        if (current != null) {
            current.input().interrupt();
        }
        if (thread.getState() != Thread.State.NEW) {
            thread.join();
        }
    }

    /**
     * The operator's word about a guest that waits for the source's.
     *
     * @param run true: the source is dead, the guest runs here; false: it is given up for good
     * @return false if the guest does not wait
     */
    public boolean resolve(boolean run) {
        if (run) {
            return handover.run();
        }
        boolean waits = judge.state() == State.PREPARED;
        drop("the operator dropped the guest at the destination");
        return waits && judge.state() == State.DROPPED;
    }

    /**
     * Where the hand-over stands, for {@code migrate-handover-query}.
     *
     * @return a snapshot
     */
    public HandoverInfo handover() {
        return HandoverInfo.atDestination(judge.state(), judge.attempt());
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
            accept(watch);
        } catch (AttemptOverException _) {
            // Dropped before a connection came; settled below.
        } catch (RuntimeException e) {
            judge.giveUp(Event.FAIL, String.valueOf(e.getMessage()));
        } finally {
            judge.giveUp(Event.FAIL, "the incoming thread ended early");
            awaitOutcome();
            settle();
        }
    }

    /** A prepared guest waits for ever: for a word over a new connection, or the operator's. */
    private void awaitOutcome() {
        if (judge.state() == State.PREPARED) {
            LOG.log(
                    Level.WARNING,
                    "The link to the source is lost; the guest is prepared here and waits:"
                            + " nobody but the source's word, or the operator, starts it.");
        }
        while (judge.state() == State.PREPARED || judge.state() == State.STARTING) {
            LockSupport.parkNanos(this, OUTCOME_NANOS);
        }
    }

    /**
     * Until a migration comes, whoever asks about another one is told that it is not known here.
     */
    private void accept(DeadlineWatch watch) {
        while (true) {
            Channel accepted = listener.accept();
            StreamReader reader =
                    new StreamReader(new PatientInput(accepted.input(), this::goesOn));
            channel = accepted;
            judge.checkpoint();
            if (InquiryHeader.isAhead(reader)) {
                inquiries.answer(accepted, reader);
                channel = null;
                continue;
            }
            try (accepted) {
                inquiries.start();
                moveTo(MigrationStatus.ACTIVE);
                receive(accepted, reader, watch);
                return;
            }
        }
    }

    private void receive(Channel accepted, StreamReader reader, DeadlineWatch watch) {
        ReturnPathWriter voice = new ReturnPathWriter(accepted.output());
        MigrationCapabilities agreed = capabilities.get();
        BooleanSupplier ackWaits =
                agreed.isOn(Capability.SWITCHOVER_ACK) ? registry::switchoverAckNeeded : () -> true;
        try (IncomingStream incoming =
                new IncomingStream(
                        judge, handover, watch, voice, clock, host.deviceDelays(), ackWaits)) {
            stream = incoming;
            registry.register(
                    new RamHandlers(host.ram(), host.dirtyLog(), new RateLimit(clock), clock));
            host.registerDevices(registry, agreed);
            StateLoader loading =
                    new StateLoader(
                            reader, registry, host.configuration(), CAPABILITY_RULES, incoming);
            loader = loading;
            do {
                load(loading, incoming, voice, watch);
            } while (awaitWord(reader, incoming));
            awaitAcknowledgement(reader, incoming);
        } catch (AttemptOverException _) {
            // Dropped elsewhere.
        } catch (StreamException | MigrationException e) {
            judge.giveUp(Event.LINK_LOST, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            judge.giveUp(Event.FAIL, String.valueOf(e.getMessage()));
            LOG.log(Level.WARNING, "The incoming migration failed.", e);
        }
        accepted.output().clearInterrupt();
        if (judge.state() == State.DROPPED) {
            handover.sayDropped(voice);
        }
        reportAttempt();
    }

    private void reportAttempt() {
        IncomingStream current = stream;
        if (current != null && current.phases().isBegun()) {
            host.switchoverEnded(current.info());
        }
    }

    /** Loads one attempt; if the limit is exceeded meanwhile, its rest is read and forgotten. */
    private void load(
            StateLoader loading,
            IncomingStream incoming,
            ReturnPathWriter voice,
            DeadlineWatch watch) {
        loading.load();
        incoming.loadIntoDevices(host.changeStateHandlers());
        if (!judge.isAttemptOver()) {
            incoming.phases().enter(SwitchoverPhase.APPLY, "");
            host.applyLoadedState();
        }
        watch.disarm();
        handover.loaded(voice, incoming.phases());
    }

    /**
     * Only a word starts the guest; false when it is decided, true when another attempt follows.
     */
    private boolean awaitWord(StreamReader reader, IncomingStream incoming) {
        while (judge.state() == State.PREPARED || judge.state() == State.EXPIRED) {
            incoming.command(nextCommand(reader));
        }
        return judge.state() == State.LOADING;
    }

    /** A source that is ours says that it knows the outcome, or asks for it later. */
    private void awaitAcknowledgement(StreamReader reader, IncomingStream incoming) {
        if (handover.session() == null) {
            inquiries.close();
            return;
        }
        try {
            while (!acknowledged && !reader.atEnd()) {
                incoming.command(nextCommand(reader));
            }
        } catch (StreamException e) {
            LOG.log(Level.DEBUG, "The source hung up before it knew the outcome.", e);
        }
    }

    private static VmCommand nextCommand(StreamReader reader) {
        if (Frame.decode(reader) instanceof Frame.Command(VmCommand command)) {
            return command;
        }
        throw new MigrationException(
                "The source sent something else than a command after the end of its stream.");
    }

    /**
     * A read was broken: whether it goes on, since another attempt may follow, or since the
     * interrupt came late, from whoever ended an attempt before.
     */
    private boolean goesOn() {
        IncomingStream current = stream;
        return current != null
                && switch (judge.state()) {
                    case LOADING, EXPIRED, PREPARED -> {
                        current.sayIfExpired();
                        yield true;
                    }
                    case STARTING, RUNNING, DROPPED -> false;
                };
    }

    /** Ends whatever the incoming thread is blocked in. Any thread. */
    private void breakIn() {
        Channel current = channel;
        if (current == null) {
            listener.interrupt();
        } else {
            current.input().interrupt();
        }
        registry.loadAbandoned();
        LockSupport.unpark(thread);
    }

    private void settle() {
        switch (judge.state()) {
            case RUNNING -> {}
            case DROPPED -> {
                error = judge.cause();
                moveTo(MigrationStatus.FAILED);
                inquiries.awaitAnswers();
                host.incomingFailed(error);
            }
            case LOADING, EXPIRED, PREPARED, STARTING ->
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
            Channel current = channel;
            if (current != null && Thread.currentThread() != thread) {
                // Nothing that matters comes over the first connection any more.
                current.input().interrupt();
            }
            LockSupport.unpark(thread);
        }

        @Override
        public void rolledBack() {
            host.incomingRolledBack();
            reportAttempt();
            judge.beginAttempt();
            Objects.requireNonNull(loader).rollBack();
            Objects.requireNonNull(stream).beginAttempt();
            moveTo(MigrationStatus.ACTIVE);
        }

        @Override
        public void acknowledged() {
            acknowledged = true;
            inquiries.close();
        }
    }

    private void moveTo(MigrationStatus next) {
        status = next;
        host.statusChanged(next);
    }
}
