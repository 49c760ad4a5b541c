package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;

import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.SessionAnswer;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.check.Subject.Answer;

/**
 * Every pair of states, each from a fresh reset: what the device must enter it must enter, directly
 * and arc by arc, and what it must refuse it must refuse. RESUMING has two rows: without a state,
 * and loaded with one.
 */
final class TransitionMatrix {
    private static final long LARGE_STATE = 16 << 20;

    private final Bench bench;
    private final Subject device;

    TransitionMatrix(Bench bench) {
        this.bench = bench;
        device = bench.source();
    }

    void run() {
        for (DeviceMigrationState from : DeviceMigrationState.values()) {
            row(from, false);
            if (from == RESUMING) {
                row(from, true);
            }
        }
    }

    private void row(DeviceMigrationState from, boolean loaded) {
        for (DeviceMigrationState to : DeviceMigrationState.values()) {
            Transition transition = new Transition(from, loaded, to);
            bench.log().add(test(transition));
        }
    }

    private TransitionResult test(Transition transition) {
        Rule rule = Rule.of(device.arcs(), transition);
        if (rule == Rule.UNREACHABLE) {
            return untested(transition, "no request leads to " + transition.from());
        }
        if (transition.loaded() && !bench.reference().isThere()) {
            return untested(transition, "there is no state to load");
        }
        return tried(transition, rule);
    }

    private TransitionResult tried(Transition transition, Rule rule) {
        Samples direct = new Samples();
        Samples stepwise = new Samples();
        try {
            for (int i = 1; i < repetitions(transition); i++) {
                tryOnce(transition, rule, direct, stepwise);
            }
            Answer last = tryOnce(transition, rule, direct, stepwise);
            return new TransitionResult(
                    transition,
                    rule == Rule.ENTER ? Mark.ENTERED : Mark.REFUSED,
                    last.session(),
                    last.refusal().map(e -> e.errno().toString()).orElse(""),
                    direct.timing(),
                    stepwise.timing());
        } catch (CheckFailedException | SyscallException | VfioException e) {
            return result(
                    transition,
                    Mark.FAILED,
                    String.valueOf(e.getMessage()),
                    direct.timing(),
                    stepwise.timing());
        }
    }

    private Answer tryOnce(Transition transition, Rule rule, Samples direct, Samples stepwise) {
        Answer answer = direct(transition, rule);
        direct.add(answer.nanos());
        if (rule == Rule.ENTER && isFar(transition)) {
            stepwise.add(stepwise(transition));
        }
        return answer;
    }

    private static TransitionResult untested(Transition transition, String why) {
        return result(transition, Mark.UNTESTED, why, Timing.NONE, Timing.NONE);
    }

    private static TransitionResult result(
            Transition transition, Mark mark, String detail, Timing direct, Timing stepwise) {
        return new TransitionResult(
                transition, mark, SessionAnswer.UNTOLD, detail, direct, stepwise);
    }

    private int repetitions(Transition transition) {
        boolean slow = transition.loaded() && bench.reference().image().size() > LARGE_STATE;
        return slow ? 1 : bench.options().repeat();
    }

    private boolean isFar(Transition transition) {
        return device.arcs().path(transition.from(), transition.to()).size() > 1;
    }

    private void place(Transition transition) {
        device.fresh();
        device.go(transition.from());
        if (transition.loaded()) {
            StateImage image = bench.reference().image();
            bench.large().write(device, image, image.size());
        }
        device.requireState(transition.from(), "before the request");
    }

    private Answer direct(Transition transition, Rule rule) {
        place(transition);
        Answer answer = device.request(transition.from(), transition.to());
        DeviceMigrationState state = device.state();
        if (rule == Rule.ENTER) {
            requireEntered(transition, answer, state);
        } else {
            requireRefused(transition, rule, answer, state);
        }
        return answer;
    }

    private static void requireEntered(
            Transition transition, Answer answer, DeviceMigrationState state) {
        if (answer.refusal().isPresent()) {
            throw new CheckFailedException(
                    "refused, and must be allowed: errno=%s state=%s"
                            .formatted(answer.refusal().get().errno(), state));
        }
        if (state != transition.to()) {
            throw new CheckFailedException("allowed, but the device is elsewhere: state=" + state);
        }
        boolean begins = beginsSession(transition);
        SessionAnswer expected = begins ? SessionAnswer.BEGUN : SessionAnswer.NONE;
        if (answer.session() != SessionAnswer.UNTOLD && answer.session() != expected) {
            throw new CheckFailedException(
                    begins
                            ? "entered without a new descriptor for the data"
                            : "entered with a new descriptor for data, where none begins");
        }
    }

    /** The saving states share one session; RESUMING has one of its own. */
    private static boolean beginsSession(Transition transition) {
        return (transition.to().isSaving() && !transition.from().isSaving())
                || (transition.to() == RESUMING && transition.from() != RESUMING);
    }

    private static void requireRefused(
            Transition transition, Rule rule, Answer answer, DeviceMigrationState state) {
        if (answer.refusal().isEmpty()) {
            throw new CheckFailedException(
                    "allowed, and must be refused: %s, state=%s".formatted(rule.why(), state));
        }
        boolean mayFail = rule == Rule.NO_DATA && state == ERROR;
        if (state != transition.from() && !mayFail) {
            throw new CheckFailedException(
                    "refused, but the device has moved: errno=%s state=%s"
                            .formatted(answer.refusal().get().errno(), state));
        }
    }

    private long stepwise(Transition transition) {
        place(transition);
        long nanos = device.go(transition.to());
        device.requireState(transition.to(), "after the walk arc by arc");
        return nanos;
    }
}
