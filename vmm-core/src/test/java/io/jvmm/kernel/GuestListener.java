package io.jvmm.kernel;

import io.jvmm.kernel.GuestEvent.Finished;
import io.jvmm.kernel.GuestEvent.Outcome;
import io.jvmm.kernel.GuestEvent.Started;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/** Tells of each test, and of each class that fails or is skipped as a whole. */
final class GuestListener implements TestExecutionListener {
    private final Consumer<GuestEvent> events;
    private int tests;

    GuestListener(Consumer<GuestEvent> events) {
        this.events = events;
    }

    /** How many tests and failed classes it has told of. */
    int tests() {
        return tests;
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            start(test);
        }
    }

    @Override
    public void executionSkipped(TestIdentifier test, String reason) {
        start(test);
        events.accept(new Finished(name(test), Outcome.SKIPPED, reason));
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        Outcome outcome = outcome(result);
        if (test.isContainer() && outcome != Outcome.PASSED) {
            start(test);
        }
        if (test.isTest() || outcome != Outcome.PASSED) {
            String detail = result.getThrowable().map(GuestListener::trace).orElse("");
            events.accept(new Finished(name(test), outcome, detail));
        }
    }

    private void start(TestIdentifier test) {
        tests++;
        events.accept(new Started(name(test)));
    }

    private static Outcome outcome(TestExecutionResult result) {
        return switch (result.getStatus()) {
            case SUCCESSFUL -> Outcome.PASSED;
            case ABORTED -> Outcome.SKIPPED;
            case FAILED -> Outcome.FAILED;
        };
    }

    private static String trace(Throwable failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        return trace.toString();
    }

    /** {@code Class.method}, and what JUnit displays where the method runs more than once. */
    private static String name(TestIdentifier test) {
        String display = test.getDisplayName();
        String name =
                switch (test.getSource().orElse(null)) {
                    case MethodSource method -> method(method, display);
                    case ClassSource type -> simpleName(type.getClassName());
                    case null, default -> display;
                };
        return name.replace(' ', '_');
    }

    private static String method(MethodSource method, String display) {
        String name = simpleName(method.getClassName()) + "." + method.getMethodName();
        return display.startsWith(method.getMethodName()) ? name : name + ":" + display;
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
