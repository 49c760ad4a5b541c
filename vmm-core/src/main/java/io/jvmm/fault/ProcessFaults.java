package io.jvmm.fault;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What can be done to a child process from outside. */
public final class ProcessFaults {
    private ProcessFaults() {}

    /**
     * Ends it at once ({@code kill -9}), and waits until it is gone.
     *
     * @param process the child
     */
    public static void kill(Process process) {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Stops it where it is ({@code SIGSTOP}), until {@link #thaw}.
     *
     * @param process the child
     */
    public static void freeze(Process process) {
        signal(process, "STOP");
    }

    /**
     * Lets it go on ({@code SIGCONT}).
     *
     * @param process the child
     */
    public static void thaw(Process process) {
        signal(process, "CONT");
    }

    /** A process that has ended meanwhile is none of our business. */
    private static void signal(Process process, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException("The signal could not be sent: " + signal, e);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
