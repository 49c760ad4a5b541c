package io.jvmm.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code jvmm vfio-check} on devices of the kernel, as it is typed. */
final class VfioCheckCommandKernelTest {
    private static final String MATRIX =
            """
            from \\ to       ERROR  STOP  RUNNING  STOP_COPY  RESUMING  RUNNING_P2P  PRE_COPY  PRE_COPY_P2P
            ERROR               -     -        -          -         -            -         -             -
            STOP                x     o        o          +         +            o         +             +
            RUNNING             x     o        o          +         +            o         +             +
            STOP_COPY           x     o        o          o         +            o         x             x
            RESUMING            x     x        x          x         o            x         x             x
              with state        x     o        o          +         o            o         +             +
            RUNNING_P2P         x     o        o          +         +            o         +             +
            PRE_COPY            x     o        o          o         +            o         o             o
            PRE_COPY_P2P        x     o        o          o         +            o         o             o
            """;

    /** What a command printed, on both of its streams. */
    private record Result(int status, String text) {}

    @Test
    void shouldCheckMtty() throws Exception {
        List<Path> devices = GuestDevices.mttyTwoPorts();
        Result result =
                run("--iommufd", "--repeat", "1", uuid(devices.get(0)), uuid(devices.get(1)));
        assertThat(result.text()).contains(MATRIX).endsWith("Nothing failed.\n");
        assertThat(result.status()).isZero();
    }

    @Test
    void shouldSayThatADisplayCannotMigrate() throws Exception {
        Path display = GuestDevices.unmigratable().getFirst();
        Result result = run(uuid(display));
        assertThat(result)
                .isEqualTo(
                        new Result(
                                2,
                                "jvmm: vfio-check: The device cannot migrate: device="
                                        + uuid(display)
                                        + "\n"));
    }

    private static Result run(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("jvmm", "vfio-check"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Result(process.waitFor(), text);
    }

    private static String uuid(Path mdev) {
        return mdev.getFileName().toString();
    }
}
