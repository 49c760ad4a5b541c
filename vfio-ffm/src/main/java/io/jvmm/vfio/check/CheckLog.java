package io.jvmm.vfio.check;

import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.VfioException;
import java.util.ArrayList;
import java.util.List;

/**
 * Collects what became of the checks. Any thread: the results are wanted even if the thread of the
 * checks hangs.
 */
final class CheckLog {
    private final List<TransitionResult> transitions = new ArrayList<>();
    private final List<CheckResult> checks = new ArrayList<>();

    /** A check; the result is what it saw. It throws if the device does wrong. */
    interface Check {
        String run(Samples samples);
    }

    /** Runs a check and writes down what became of it. */
    void check(String name, Check check) {
        Samples samples = new Samples();
        long start = System.nanoTime();
        try {
            String detail = check.run(samples);
            add(name, Outcome.PASSED, detail, timing(samples, start));
        } catch (CheckSkippedException e) {
            add(name, Outcome.SKIPPED, message(e), Timing.NONE);
        } catch (CheckFailedException | SyscallException | VfioException e) {
            add(name, Outcome.FAILED, message(e), timing(samples, start));
        } catch (DeviceLostException e) {
            add(name, Outcome.FAILED, message(e), Timing.NONE);
            throw e;
        }
    }

    private static Timing timing(Samples samples, long start) {
        Timing timing = samples.timing();
        return timing.count() > 0 ? timing : Timing.of(new long[] {System.nanoTime() - start});
    }

    private static String message(RuntimeException e) {
        String message = e.getMessage();
        return message == null ? e.toString() : message;
    }

    synchronized void add(String name, Outcome outcome, String detail, Timing timing) {
        checks.add(new CheckResult(name, outcome, detail, timing));
    }

    synchronized void add(TransitionResult result) {
        transitions.add(result);
    }

    synchronized List<TransitionResult> transitions() {
        return List.copyOf(transitions);
    }

    synchronized List<CheckResult> checks() {
        return List.copyOf(checks);
    }
}
