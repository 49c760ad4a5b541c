package io.jvmm.cli.soak;

import io.jvmm.cli.client.GuestReport;
import io.jvmm.cli.soak.RoundResult.Runner;
import io.jvmm.fault.FaultProxy;
import io.jvmm.monitor.CommandRefusedException;
import io.jvmm.monitor.json.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One migration: set up, disturbed, brought to its end, looked at. */
final class Round {
    private static final Set<String> UNDER_WAY =
            Set.of("setup", "active", "device", "cancelling", "");
    private static final Set<String> GIVEN_UP = Set.of("dropped", "inmigrate");
    private static final String UNKNOWN = "handover-unknown";
    private static final String COMPLETED = "completed";
    private static final String PREPARED = "prepared";
    private static final long END_SECONDS = 30;
    private static final long SETTLE_SECONDS = 10;

    private final Sides sides;
    private final RoundPlan plan;
    private final Path directory;
    private final RunWatch watch;
    private final Vmm source;
    private final Vmm destination;
    private final List<String> violations = new ArrayList<>();

    Round(Sides sides, RoundPlan plan, Path directory, RunWatch watch) {
        this.sides = sides;
        this.plan = plan;
        this.directory = directory;
        this.watch = watch;
        this.source = sides.source();
        this.destination = sides.destination();
    }

    RoundResult run() {
        long workBefore = source.guest().work();
        SocketAddress target = listen();
        boolean known;
        try (FaultProxy proxy = new FaultProxy(proxyAddress(), target, plan.faults())) {
            watch.begin(sides);
            migrate(proxy);
            known = bringToAnEnd(proxy);
            settle(proxy);
        }
        if (watch.end()) {
            violations.add("both sides ran at the same time");
        }
        return verdict(workBefore, known);
    }

    private SocketAddress proxyAddress() {
        return plan.tcp() ? anyPort() : UnixDomainSocketAddress.of(directory.resolve("proxy"));
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** Where the destination waits now. */
    private SocketAddress listen() {
        Path socket = directory.resolve("destination");
        destination.ask(
                "migrate-incoming",
                new Json.Obj()
                        .put("uri", plan.tcp() ? "tcp:127.0.0.1:0" : "unix:" + socket)
                        .put("exit-on-error", false));
        if (!plan.tcp()) {
            return UnixDomainSocketAddress.of(socket);
        }
        Json.Obj address = socketAddress(destination.migration());
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(address.string("port")));
    }

    private static Json.Obj socketAddress(Json.Obj migration) {
        if (migration.find("socket-address").orElse(null) instanceof Json.Arr(List<Json> list)
                && list.getFirst() instanceof Json.Obj address) {
            return address;
        }
        throw new IllegalStateException("The destination does not listen: " + migration);
    }

    private void migrate(FaultProxy proxy) {
        Json.Obj known = source.ask("query-migrate-parameters");
        source.ask("migrate-set-capabilities", plan.settings().capabilities());
        source.ask("migrate-set-parameters", plan.settings().parameters(known));
        source.ask("migrate", new Json.Obj().put("uri", proxy.uri()));
    }

    /** False if the outcome was not known at first. */
    private boolean bringToAnEnd(FaultProxy proxy) {
        Nudges nudges = new Nudges(source, proxy, plan.cancelAfter());
        boolean ended =
                Patience.until(
                        END_SECONDS,
                        () -> {
                            nudges.give();
                            return !UNDER_WAY.contains(source.status());
                        });
        if (!ended) {
            violations.add("no outcome: " + source.migration());
        }
        return !source.status().equals(UNKNOWN);
    }

    /** The link is good again: what is open is settled by the two themselves. */
    private void settle(FaultProxy proxy) {
        proxy.heal();
        if (!canAsk()) {
            return;
        }
        if (!Patience.until(SETTLE_SECONDS, () -> !source.status().equals(UNKNOWN))) {
            violations.add("the link is good, and the outcome stays unknown: " + states());
        }
        if (!source.status().equals(COMPLETED)
                && !Patience.until(
                        SETTLE_SECONDS, () -> !destination.runState().equals(PREPARED))) {
            violations.add("the link is good, and the destination stays prepared: " + states());
        }
    }

    /** Whether a source asks over a new connection. */
    private boolean canAsk() {
        return source.ask("query-commands", new Json.Obj()) instanceof Json.Arr(List<Json> list)
                && list.contains(new Json.Obj().put("name", "migrate-handover-query"));
    }

    private String states() {
        return "source=%s destination=%s".formatted(source.runState(), destination.runState());
    }

    private RoundResult verdict(long workBefore, boolean knownAtOnce) {
        Json.Obj migration = source.migration();
        String status = migration.string("status");
        String outcome = (knownAtOnce ? "" : UNKNOWN + ", then ") + name(migration);
        if (status.equals(UNKNOWN)) {
            requireStates(Set.of(UNKNOWN), Set.of(PREPARED, "dropped", Vmm.RUNNING));
            return new RoundResult(outcome, Runner.NOBODY, Optional.empty(), violations);
        }
        boolean moved = status.equals(COMPLETED);
        if (moved) {
            awaitState(destination, Vmm.RUNNING);
            requireStates(Set.of("postmigrate"), Set.of(Vmm.RUNNING));
        } else {
            requireStates(
                    Set.of(Vmm.RUNNING),
                    canAsk() ? GIVEN_UP : Set.of("dropped", "inmigrate", PREPARED));
        }
        if (!violations.isEmpty()) {
            return new RoundResult(outcome, Runner.NOBODY, Optional.empty(), violations);
        }
        Vmm runner = moved ? destination : source;
        GuestReport guest = verify(runner, workBefore);
        if (moved) {
            requireStill(source);
        }
        return new RoundResult(
                outcome, moved ? Runner.DESTINATION : Runner.SOURCE, GuestPause.of(migration, guest), violations);
    }

    private static String name(Json.Obj migration) {
        String status = migration.string("status");
        if (!status.equals("cancelled")) {
            return status;
        }
        return status
                + (migration.find("error-desc").isPresent() ? " by the limit" : " by the user");
    }

    private static void awaitState(Vmm vmm, String state) {
        Patience.until(SETTLE_SECONDS, () -> vmm.runState().equals(state));
    }

    private void requireStates(Set<String> atSource, Set<String> atDestination) {
        if (!atSource.contains(source.runState())
                || !atDestination.contains(destination.runState())) {
            violations.add(
                    "%s after %s: %s".formatted("states do not fit", source.status(), states()));
        }
    }

    /** The guest works, has lost nothing, and every page of it is right. */
    private GuestReport verify(Vmm runner, long workBefore) {
        GuestReport first = runner.guest();
        GuestReport[] last = {first};
        boolean works =
                Patience.until(
                        SETTLE_SECONDS,
                        () -> {
                            last[0] = runner.guest();
                            return last[0].work() > first.work();
                        });
        if (!works) {
            violations.add("the guest does not work: " + states());
        }
        if (first.work() < workBefore) {
            violations.add(
                    "the guest went back: work=%d before=%d".formatted(first.work(), workBefore));
        }
        if (last[0].wrongPages() != 0) {
            violations.add("pages are wrong: " + last[0].wrongPages());
        }
        return last[0];
    }

    /** The guest that was handed over does nothing here any more. */
    private void requireStill(Vmm vmm) {
        try {
            long work = vmm.guest().work();
            if (vmm.guest().work() != work) {
                violations.add("the guest still works where it was handed over");
            }
        } catch (CommandRefusedException e) {
            violations.add("the guest that was handed over cannot be looked at: " + e.getMessage());
        }
    }
}
