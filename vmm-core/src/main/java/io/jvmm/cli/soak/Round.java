package io.jvmm.cli.soak;

import io.jvmm.cli.client.GuestReport;
import io.jvmm.cli.soak.RoundResult.Next;
import io.jvmm.fault.FaultProxy;
import io.jvmm.monitor.json.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One migration: set up, disturbed, brought to its end, looked at. */
final class Round {
    static final Set<String> UNDER_WAY = Set.of("setup", "active", "device", "cancelling", "");

    private static final String UNKNOWN = "handover-unknown";
    private static final String COMPLETED = "completed";
    private static final String PREPARED = "prepared";
    private static final long END_SECONDS = 30;
    private static final long SETTLE_SECONDS = 20;

    private final Sides sides;
    private final RoundPlan plan;
    private final Path directory;
    private final RunWatch watch;
    private final Vmm source;
    private final Vmm destination;
    private final List<String> violations = new ArrayList<>();
    private final Inspection inspection;
    private long workBefore;
    private long begin;

    Round(Sides sides, RoundPlan plan, Path directory, RunWatch watch) {
        this.sides = sides;
        this.plan = plan;
        this.directory = directory;
        this.watch = watch;
        this.source = sides.source();
        this.destination = sides.destination();
        this.inspection = new Inspection(sides, violations);
    }

    RoundResult run() {
        workBefore = source.guest().work();
        begin = System.nanoTime();
        RoundResult result;
        try (FaultProxy proxy = Link.open(destination, plan.tcp(), directory, plan.faults())) {
            watch.begin(sides);
            bringToAnEnd(proxy);
            result = isGone() ? afterDeath(proxy) : settled(proxy);
        } finally {
            if (watch.end()) {
                violations.add("both sides ran at the same time: " + inspection.states());
            }
        }
        return new RoundResult(
                result.outcome(), result.next(), stops(), result.pauses(), violations);
    }

    private void bringToAnEnd(FaultProxy proxy) {
        Optional<HarmDoer> harm = Optional.empty();
        try {
            migrate(proxy);
            harm = HarmDoer.begin(plan.harm(), sides, proxy);
            Nudges nudges = new Nudges(source, proxy, plan.cancelAfter(), pace());
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
        } catch (VmmGoneException _) {
            // Its death was planned; what is left is looked at below.
        } finally {
            harm.ifPresent(HarmDoer::close);
        }
    }

    /** A young process is slow: its code is not warm. */
    private int pace() {
        return source.process().isPresent() ? 8 : 1;
    }

    private void migrate(FaultProxy proxy) {
        Json.Obj known = source.ask("query-migrate-parameters");
        source.ask("migrate-set-capabilities", plan.settings().capabilities());
        source.ask("migrate-set-parameters", plan.settings().parameters(known));
        source.ask("migrate", new Json.Obj().put("uri", proxy.uri()));
    }

    private boolean isGone() {
        return source.runState().equals(Vmm.GONE) || destination.runState().equals(Vmm.GONE);
    }

    /** The survivor is in a named state, and the operator brings it out of that. */
    private RoundResult afterDeath(FaultProxy proxy) {
        proxy.cutAll();
        boolean sourceDied = source.runState().equals(Vmm.GONE);
        Operator operator = new Operator(sides);
        Optional<Vmm> runner = sourceDied ? operator.sourceIsDead() : operator.destinationIsDead();
        runner.ifPresent(vmm -> inspection.requireGuest(vmm, workBefore));
        Vmm survivor = sourceDied ? destination : source;
        inspection.requireStates(
                "a death",
                sourceDied ? Set.of(Vmm.GONE) : Set.of(Vmm.RUNNING, "postmigrate"),
                sourceDied ? Set.of(Vmm.RUNNING, "dropped", "inmigrate") : Set.of(Vmm.GONE));
        String outcome =
                "%s killed; the other one: %s"
                        .formatted(
                                sourceDied ? "source" : "destination",
                                runner.isPresent() ? "has the guest" : survivor.runState());
        return new RoundResult(outcome, Next.END, 0, List.of(), violations);
    }

    private RoundResult settled(FaultProxy proxy) {
        if (!source.status().equals(UNKNOWN)) {
            settleAlone(proxy);
            return verdict("");
        }
        if (plan.operator().isPresent()) {
            return settledByOperator(proxy, plan.operator().get());
        }
        settleAlone(proxy);
        return verdict(UNKNOWN + ", then ");
    }

    /** The link never comes back. */
    private RoundResult settledByOperator(FaultProxy proxy, boolean keepAtSource) {
        proxy.close();
        Vmm runner = new Operator(sides).settle(keepAtSource);
        boolean atSource = runner.equals(source);
        inspection.requireStates(
                "the operator",
                atSource ? Set.of(Vmm.RUNNING) : Set.of(UNKNOWN, "postmigrate"),
                atSource ? Set.of("dropped", "inmigrate") : Set.of(Vmm.RUNNING));
        if (violations.isEmpty()) {
            inspection.requireGuest(runner, workBefore);
        }
        String where = atSource ? "the source" : "the destination";
        return new RoundResult(
                UNKNOWN + ", then by the operator at " + where, Next.END, 0, List.of(), violations);
    }

    /** The link is good again: what is open is settled by the two themselves. */
    private void settleAlone(FaultProxy proxy) {
        proxy.heal();
        if (!Patience.until(SETTLE_SECONDS, () -> !source.status().equals(UNKNOWN))) {
            violations.add(
                    "the link is good, and the outcome stays unknown: " + inspection.states());
        }
        if (!source.status().equals(COMPLETED)
                && !Patience.until(
                        SETTLE_SECONDS, () -> !destination.runState().equals(PREPARED))) {
            violations.add(
                    "the link is good, and the destination stays prepared: " + inspection.states());
        }
    }

    private RoundResult verdict(String before) {
        Json.Obj migration = source.migration();
        String status = migration.string("status");
        boolean moved = status.equals(COMPLETED);
        inspection.requireStates(
                status,
                Set.of(moved ? "postmigrate" : Vmm.RUNNING),
                moved ? Set.of(Vmm.RUNNING) : Set.of("dropped", "inmigrate"));
        requireCause(migration);
        String outcome = before + name(migration);
        if (!violations.isEmpty()) {
            return new RoundResult(outcome, Next.END, 0, List.of(), violations);
        }
        GuestReport guest = inspection.requireGuest(moved ? destination : source, workBefore);
        if (moved) {
            inspection.requireStill(source);
        }
        return new RoundResult(
                outcome,
                moved ? Next.SWAPPED : Next.SAME,
                0,
                GuestPause.of(source.ask("query-switchover", new Json.Obj()), begin, guest),
                violations);
    }

    /** None that a dead source could tell of. */
    private int stops() {
        return source.runState().equals(Vmm.GONE)
                ? 0
                : GuestPause.attempts(source.ask("query-switchover", new Json.Obj()), begin).size();
    }

    /** Nothing went wrong but the limit: then nothing may fail. */
    private void requireCause(Json.Obj migration) {
        boolean nothing =
                plan.faults().faults().isEmpty()
                        && plan.harm().isEmpty()
                        && plan.cancelAfter().isEmpty();
        if (nothing && migration.string("status").equals("failed") && !refused(migration)) {
            violations.add("failed without a cause: " + migration.string("error-desc"));
        }
    }

    private static boolean refused(Json.Obj migration) {
        return migration.find("error-desc").isPresent()
                && migration.string("error-desc").contains("the limit can never be met");
    }

    private static String name(Json.Obj migration) {
        String status = migration.string("status");
        if (refused(migration)) {
            return status + ": the limit can never be met";
        }
        if (!status.equals("cancelled")) {
            return status;
        }
        return status
                + (migration.find("error-desc").isPresent() ? " by the limit" : " by the user");
    }
}
