package io.jvmm.cli.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.machine.AcceleratorKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A short soak. Long form: {@code jvmm soak --for 10m}, or {@code mvn verify -pl vmm-core -am
 * -Dtest=SoakTest -Dsurefire.failIfNoSpecifiedTests=false -Djvmm.test.soak.seconds=600}.
 */
class SoakTest {
    private static final System.Logger LOG = System.getLogger(SoakTest.class.getName());
    private static final Duration LENGTH =
            Duration.ofSeconds(Long.getLong("jvmm.test.soak.seconds", 8));
    private static final long SEED = Long.getLong("jvmm.test.seed", 1);

    static Stream<AcceleratorKind> accelerators() {
        if (Files.isWritable(Path.of("/dev/kvm"))) {
            return Stream.of(AcceleratorKind.INTERP, AcceleratorKind.KVM);
        }
        LOG.log(System.Logger.Level.WARNING, "skipped on kvm: /dev/kvm is missing");
        return Stream.of(AcceleratorKind.INTERP);
    }

    @ParameterizedTest
    @MethodSource("accelerators")
    @Timeout(3600)
    void shouldFindNoViolation(AcceleratorKind accelerator) throws IOException {
        SoakSettings settings =
                new SoakSettings(
                        LENGTH, Long.MAX_VALUE, SEED, accelerator, SoakSettings.Kind.ONE_PROCESS);
        SoakReport report = new Soak(settings, line -> {}).run();
        String text = String.join("\n", report.text());
        LOG.log(System.Logger.Level.INFO, "{0}:\n{1}", accelerator, text);
        assertThat(report.isClean()).as(text).isTrue();
        assertThat(report.rounds()).isPositive();
    }
}
