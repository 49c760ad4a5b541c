package io.jvmm.linux.internal;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/** Signals that only interrupt: their handler is a native function that does nothing. */
public final class Signals {
    /**
     * libc's {@code struct sigaction}; without SA_RESTART a blocked system call ends with EINTR.
     */
    static final StructLayout SIGACTION =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("sa_handler"),
                            MemoryLayout.sequenceLayout(16, JAVA_LONG).withName("sa_mask"),
                            JAVA_INT.withName("sa_flags"),
                            MemoryLayout.paddingLayout(4),
                            JAVA_LONG.withName("sa_restorer"))
                    .withName("sigaction");

    private Signals() {}

    /**
     * Makes a signal harmless for the whole process.
     *
     * @param signal number of the signal
     * @throws IllegalStateException if libc refuses
     */
    public static void installEmptyHandler(int signal) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment action = arena.allocate(SIGACTION);
            action.set(JAVA_LONG, 0, SystemCallStub.emptyFunction());
            int result =
                    (int)
                            SystemCallStub.libc(
                                            "sigaction",
                                            FunctionDescriptor.of(
                                                    JAVA_INT,
                                                    JAVA_INT.withName("signum"),
                                                    ADDRESS.withName("act"),
                                                    ADDRESS.withName("oldact")))
                                    .invokeExact(signal, action, MemorySegment.NULL);
            if (result != 0) {
                throw new IllegalStateException("No handler could be installed: signal=" + signal);
            }
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new AssertionError("sigaction cannot throw", e);
        }
    }
}
