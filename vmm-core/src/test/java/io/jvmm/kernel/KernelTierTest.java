package io.jvmm.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import io.jvmm.kernel.GuestEvent.Done;
import io.jvmm.kernel.GuestEvent.Finished;
import io.jvmm.kernel.GuestEvent.Lost;
import io.jvmm.kernel.GuestEvent.Outcome;
import io.jvmm.kernel.GuestEvent.Started;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Boots the kernel tier once and reports each test that runs in it as a test of its own, while it
 * runs. Skipped, with the reason, where programs or packages are missing, unless the environment
 * says {@code JVMM_KERNEL_TIER=required}.
 */
final class KernelTierTest {
    private static final System.Logger LOGGER = System.getLogger("io.jvmm.kernel");
    private static final Path DIRECTORY = Path.of("target", "kernel-tier");
    private static final String PATTERN = System.getProperty("jvmm.kernel.tests", ".*KernelTest");

    @TestFactory
    Stream<DynamicTest> shouldPassInTheKernel() {
        KernelGuest guest = KernelGuest.boot(DIRECTORY.toAbsolutePath(), PATTERN);
        GuestEvent first = guest.next();
        if (first instanceof Lost && guest.lacksSomething()) {
            skip(guest.messages());
        }
        AtomicReference<GuestEvent> last = new AtomicReference<>(first);
        Stream<DynamicTest> tests =
                Stream.iterate(
                                first,
                                Started.class::isInstance,
                                _ -> last.updateAndGet(_ -> guest.next()))
                        .map(Started.class::cast)
                        .map(started -> dynamicTest(started.test(), () -> finish(guest, started)));
        DynamicTest end =
                dynamicTest(
                        "the end",
                        () -> assertThat(last.get()).as(guest::story).isEqualTo(new Done()));
        return Stream.concat(tests, Stream.of(end)).onClose(guest::close);
    }

    private static void finish(KernelGuest guest, Started started) {
        switch (guest.next()) {
            case Finished(String test, Outcome outcome, String detail)
                    when test.equals(started.test()) ->
                    settle(outcome, detail);
            case GuestEvent other ->
                    fail("%s was followed by %s, %s".formatted(started, other, guest.story()));
        }
    }

    private static void settle(Outcome outcome, String detail) {
        switch (outcome) {
            case PASSED -> {}
            case SKIPPED -> abort(detail);
            case FAILED -> fail(detail);
        }
    }

    private static void skip(String reason) {
        if ("required".equals(System.getenv("JVMM_KERNEL_TIER"))) {
            fail("The kernel tier is required and cannot run. " + reason);
        }
        LOGGER.log(System.Logger.Level.WARNING, "The kernel tier is skipped. {0}", reason);
        abort(reason);
    }
}
