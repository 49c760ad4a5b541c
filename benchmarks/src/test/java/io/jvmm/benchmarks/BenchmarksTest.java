package io.jvmm.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.jvmm.machine.AcceleratorKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each benchmark's body once: that they run, not what they find. */
class BenchmarksTest {
    private static final int ENOTTY = 25;

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);

    @ParameterizedTest
    @EnumSource
    void shouldPublishPhases(RingPublishBenchmark.Watch watch) {
        RingPublishBenchmark benchmark = new RingPublishBenchmark();
        benchmark.watch = watch;
        benchmark.choose();
        for (int i = 0; i < 10; i++) {
            benchmark.drain();
            benchmark.enter();
        }
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldLoadWhatItSaved(DeviceStateBenchmark.Devices devices) {
        DeviceStateBenchmark benchmark = new DeviceStateBenchmark();
        benchmark.devices = devices;
        benchmark.build();
        assertThat(benchmark.save()).isPositive().isEqualTo(benchmark.save());
        long streamLength = benchmark.load();
        assertThat(benchmark.load()).isEqualTo(2 * streamLength);
    }

    @Test
    void shouldAskTheKernelBothWays() {
        assumeKvm();
        IoctlBenchmark benchmark = new IoctlBenchmark();
        assertThat(benchmark.ffm()).isEqualTo(benchmark.jna()).isEqualTo(12);
        benchmark.close();
    }

    @Test
    void shouldBeRefusedBothWays() {
        VfioIoctlBenchmark benchmark = new VfioIoctlBenchmark();
        assertThat(benchmark.ffm()).isEqualTo(benchmark.jna()).isEqualTo(-ENOTTY);
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource
    void shouldTimeC(ComparedIoctl ioctl) throws IOException {
        assumeTrue(ioctl.whyNot().isEmpty(), ioctl::whyNot);
        assumeGcc();
        assertThat(CTimer.measure(ioctl, 2, 2, 1000)).hasSize(2).allMatch(nanos -> nanos > 0);
    }

    @Test
    void shouldMeasureDevices() throws IOException, InterruptedException {
        assumeGcc();
        new DeviceStateTransfer(new DeviceStateOptions(List.of(2), 1 << 20, 1), out).run();
        assertThat(text())
                .contains("plain copy, three in a row", "peak heap", "flush of (devices)");
    }

    @Test
    void shouldMeasureDeadlines() {
        new DeadlineLateness(List.of("--count", "5", "--horizon-millis", "1"), out).run();
        assertThat(text()).contains("idle: ", "one CPU hog: ", "p99.9");
    }

    @Test
    void shouldCompareAdmissions() throws IOException, InterruptedException {
        new AdmissionBenchmark(new AdmissionOptions(1, 2000, 1000), out).run();
        assertThat(text()).contains("learned ", "downtime-limit ", "stops in vain");
    }

    @Test
    void shouldMeasureAborts() throws IOException, InterruptedException {
        List<AcceleratorKind> kinds = List.of(AcceleratorKind.INTERP);
        List<AbortLoad> loads = List.of(AbortLoad.GC, AbortLoad.BUSY);
        new AbortLatency(new AbortOptions(2, 60, kinds, 20, List.of(0, 2), loads), out).run();
        assertThat(text())
                .contains("abort: fired to next instruction", "bare: decided to next")
                .contains("abort: reserve kept for it", "interp, devices 2, busy");
    }

    @Test
    void shouldParseOptions() {
        assertThat(AbortOptions.parse(List.of("--accel", "tcg", "--count", "7")))
                .isEqualTo(
                        new AbortOptions(
                                7,
                                3600,
                                List.of(AcceleratorKind.INTERP),
                                20,
                                List.of(0),
                                List.of(AbortLoad.IDLE)));
        assertThat(AbortOptions.parse(List.of("--devices", "0,16", "--load", "gc,busy")))
                .extracting(AbortOptions::devices, AbortOptions::loads)
                .containsExactly(List.of(0, 16), List.of(AbortLoad.GC, AbortLoad.BUSY));
        assertThatThrownBy(() -> AbortOptions.parse(List.of("--load", "heavy")))
                .hasMessage("Unknown load: heavy; there are: idle gc busy");
        assertThatThrownBy(() -> AbortOptions.parse(List.of("--devices", "-1")))
                .hasMessageContaining("from 0 on: --devices -1");
        assertThatThrownBy(() -> AbortOptions.parse(List.of("--cuont", "7")))
                .hasMessageContaining("--cuont");
        assertThatThrownBy(() -> AbortOptions.parse(List.of("--count", "0")))
                .hasMessageContaining("--count 0");
    }

    @Test
    void shouldParseNumbersOfDevices() {
        assertThat(DeviceStateOptions.parse(List.of("--devices", "1,16", "--state-mib", "16")))
                .isEqualTo(new DeviceStateOptions(List.of(1, 16), 16 << 20, 5));
        assertThatThrownBy(() -> DeviceStateOptions.parse(List.of("--devices", "1,")))
                .hasMessageContaining("--devices ");
    }

    private static void assumeGcc() {
        assumeTrue(CProgram.whyNot().isEmpty(), () -> CProgram.whyNot().orElseThrow());
    }

    private static void assumeKvm() {
        assumeTrue(Files.isWritable(Path.of(IoctlBenchmark.DEVICE)), "needs /dev/kvm");
    }

    private String text() {
        return printed.toString(StandardCharsets.UTF_8);
    }
}
