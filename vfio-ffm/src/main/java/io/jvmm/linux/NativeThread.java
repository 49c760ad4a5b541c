package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.jvmm.linux.internal.Signals;
import io.jvmm.linux.internal.Syscalls;
import java.lang.foreign.Arena;

/**
 * What Linux knows about the calling thread, and the signal that breaks a thread out of a system
 * call.
 *
 * <p>Only for platform threads: a virtual thread changes its carrier between two calls.
 */
public final class NativeThread {
    private static final int SCHED_OTHER = 0;
    private static final int SCHED_FIFO = 1;
    private static final int PR_SET_TIMERSLACK = 29;

    private static final int KICK_SIGNAL =
            37; // SIGRTMIN + 3: nobody else in a JVM uses real-time signals

    private static final int PID = (int) Syscalls.getpid();

    static {
        Signals.installEmptyHandler(KICK_SIGNAL);
    }

    private NativeThread() {}

    /**
     * The calling thread's number ({@code gettid}).
     *
     * @return a positive number
     */
    public static int tid() {
        return (int) Syscalls.gettid();
    }

    /**
     * Breaks a thread of this process out of a system call, which then ends with EINTR ({@code
     * tgkill}). A thread that is not inside one does not notice: pair it with a flag that the
     * thread looks at before it enters the call. Any thread may call this; it allocates nothing.
     * The signal's handler, installed once for the process, is a native function that does nothing.
     *
     * @param tid the thread, see {@link #tid()}
     * @return false if there is no such thread any more
     * @throws SyscallException if the kernel refuses
     */
    public static boolean kick(int tid) {
        long result = Syscalls.tgkill(PID, tid, KICK_SIGNAL);
        if (result < 0 && result != -Errno.ESRCH.code()) {
            throw new SyscallException("tgkill", Errno.fromCode((int) -result), "tid=" + tid);
        }
        return result == 0;
    }

    /**
     * Chooses by how much the kernel may delay the calling thread's timers ({@code
     * PR_SET_TIMERSLACK}).
     *
     * @param nanos 1 or more; 0 is the default, usually 50 microseconds
     * @return whether the kernel took it
     */
    public static boolean setTimerSlack(long nanos) {
        return Syscalls.prctl(PR_SET_TIMERSLACK, nanos) == 0;
    }

    /**
     * Asks that the calling thread runs before all normal ones ({@code SCHED_FIFO}).
     *
     * @param priority 1 to 99
     * @return false if the process has no right to that
     */
    public static boolean setFifoPriority(int priority) {
        return setScheduler(SCHED_FIFO, priority);
    }

    /**
     * Returns the calling thread to the normal scheduler ({@code SCHED_OTHER}).
     *
     * @return whether the kernel took it
     */
    public static boolean setNormalPriority() {
        return setScheduler(SCHED_OTHER, 0);
    }

    private static boolean setScheduler(int policy, int priority) {
        try (Arena arena = Arena.ofConfined()) {
            return Syscalls.schedSetscheduler(
                            0, policy, arena.allocateFrom(JAVA_INT, priority).address())
                    == 0;
        }
    }
}
