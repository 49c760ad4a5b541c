package io.jvmm.kernel;

import io.jvmm.kernel.GuestEvent.Finished;
import io.jvmm.kernel.GuestEvent.Outcome;
import io.jvmm.kernel.GuestEvent.Started;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.ClassSource;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/** Tells of each test, and of each class that fails or is skipped as a whole. */
final class GuestListener implements TestExecutionListener {
    /** How JUnit displays one of several invocations: its number, its parameters. */
    private static final Pattern INVOCATION = Pattern.compile("\\[\\d+] (.*)");

    private final TestPlan plan;
    private final Consumer<GuestEvent> events;

    GuestListener(TestPlan plan, Consumer<GuestEvent> events) {
        this.plan = plan;
        this.events = events;
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

    /** {@code Class.method}, and {@code [PARAMETER]} for each parameter of the two. */
    private String name(TestIdentifier test) {
        String name =
                switch (test.getSource().orElse(null)) {
                    case MethodSource method ->
                            simpleName(method.getClassName()) + "." + method.getMethodName();
                    case ClassSource type -> simpleName(type.getClassName());
                    case null, default -> test.getDisplayName();
                };
        return (name + parameters(test)).replace(' ', '_');
    }

    private String parameters(TestIdentifier test) {
        String outer = plan.getParent(test).map(this::parameters).orElse("");
        Matcher invocation = INVOCATION.matcher(test.getDisplayName());
        return invocation.matches() ? outer + "[" + invocation.group(1) + "]" : outer;
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
