package io.jvmm.benchmarks;

import java.io.IOException;
import java.util.List;

/** An ioctl in a C program that times itself. */
final class CTimer {
    private static final String SOURCE =
            """
            #include <errno.h>
            #include <fcntl.h>
            #include <pthread.h>
            #include <stdio.h>
            #include <sys/eventfd.h>
            #include <sys/ioctl.h>
            #include <time.h>
            #include <unistd.h>

            static double now(void) {
                struct timespec t;
                clock_gettime(CLOCK_MONOTONIC, &t);
                return t.tv_sec * 1e9 + t.tv_nsec;
            }

            static void *idle(void *unused) {
                pause();
                return unused;
            }

            int main(void) {
                volatile unsigned memory[4] = {0};
                unsigned *argument = (unsigned *) memory;
                pthread_t second;
                int fd = @OPEN@;
                if (fd < 0) return 1;
                if (@THREADS@ > 1 && pthread_create(&second, 0, idle, 0)) return 1;
                for (int round = 0; round < @ROUNDS@; round++) {
                    double begin = now();
                    for (int i = 0; i < @CALLS@; i++) {
                        if (!(@CALL@)) return 1;
                    }
                    printf("%f\\n", (now() - begin) / @CALLS@);
                }
                return argument[3];
            }
            """;

    private CTimer() {}

    /**
     * Measures.
     *
     * @param threads 1, or 2 for an idle one beside: looking a descriptor up costs more then
     * @return nanoseconds per call, one figure per round
     * @throws IOException if the program cannot be made, or fails
     */
    static List<Double> measure(ComparedIoctl ioctl, int threads, int rounds, int callsPerRound)
            throws IOException {
        return CProgram.run(
                SOURCE.replace("@OPEN@", ioctl.openInC())
                        .replace("@CALL@", ioctl.callInC())
                        .replace("@THREADS@", Integer.toString(threads))
                        .replace("@ROUNDS@", Integer.toString(rounds))
                        .replace("@CALLS@", Integer.toString(callsPerRound)));
    }
}
