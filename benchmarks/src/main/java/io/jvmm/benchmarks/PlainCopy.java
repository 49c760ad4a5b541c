package io.jvmm.benchmarks;

import java.io.IOException;

/**
 * The same bytes with nothing around them, in C: processes in a row, each reading from one UNIX
 * socket and writing to the next, as much at a time as a device's state is moved with.
 */
final class PlainCopy {
    private static final int CHUNK = 1 << 20;

    private static final String SOURCE =
            """
            #include <stdio.h>
            #include <stdlib.h>
            #include <string.h>
            #include <sys/socket.h>
            #include <sys/wait.h>
            #include <time.h>
            #include <unistd.h>

            static char chunk[@CHUNK@];

            static void feed(int to, long bytes) {
                for (long left = bytes; left > 0; ) {
                    long most = left < (long) sizeof chunk ? left : (long) sizeof chunk;
                    long n = write(to, chunk, most);
                    if (n <= 0) exit(1);
                    left -= n;
                }
            }

            static void relay(int from, int to) {
                long n;
                while ((n = read(from, chunk, sizeof chunk)) > 0) feed(to, n);
                exit(n < 0);
            }

            int main(int count, char **arguments) {
                int hops = atoi(arguments[1]);
                long bytes = atol(arguments[2]);
                int next[2], from, ended = 0;
                struct timespec begin, end;
                memset(chunk, 1, sizeof chunk);
                clock_gettime(CLOCK_MONOTONIC, &begin);
                if (socketpair(AF_UNIX, SOCK_STREAM, 0, next)) return 1;
                if (!fork()) { close(next[0]); feed(next[1], bytes); exit(0); }
                close(next[1]);
                from = next[0];
                for (int i = 1; i < hops; i++) {
                    if (socketpair(AF_UNIX, SOCK_STREAM, 0, next)) return 1;
                    if (!fork()) { close(next[0]); relay(from, next[1]); }
                    close(from);
                    close(next[1]);
                    from = next[0];
                }
                for (long n, got = 0; got < bytes; got += n) {
                    n = read(from, chunk, sizeof chunk);
                    if (n <= 0) return 1;
                }
                clock_gettime(CLOCK_MONOTONIC, &end);
                while (wait(&ended) > 0) if (ended) return 1;
                printf("%f\\n",
                       (end.tv_sec - begin.tv_sec) * 1e9 + (end.tv_nsec - begin.tv_nsec));
                return 0;
            }
            """;

    private PlainCopy() {}

    /**
     * Copies.
     *
     * @param sockets how many in a row
     * @return nanoseconds from the first byte to the last
     * @throws IOException if the program cannot be made, or fails
     */
    static long run(int sockets, long bytes) throws IOException {
        return CProgram.run(
                        SOURCE.replace("@CHUNK@", Integer.toString(CHUNK)),
                        Integer.toString(sockets),
                        Long.toString(bytes))
                .getFirst()
                .longValue();
    }
}
