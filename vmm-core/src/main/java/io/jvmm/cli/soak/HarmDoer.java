package io.jvmm.cli.soak;

import io.jvmm.fault.FaultProxy;
import io.jvmm.fault.ProcessFaults;
import java.time.Duration;
import java.util.Optional;

/** Does harm to a process while the round goes on. A thread of its own. */
final class HarmDoer implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(300);

    private static final Duration CONNECTION_PATIENCE = Duration.ofSeconds(10);

    private final Harm harm;
    private final Process victim;
    private final FaultProxy proxy;
    private final Thread thread;

    private HarmDoer(Harm harm, Process victim, FaultProxy proxy) {
        this.harm = harm;
        this.victim = victim;
        this.proxy = proxy;
        this.thread = Thread.ofPlatform().daemon().name("harm").start(this::run);
    }

    /** Begins; empty if nothing is planned, or there is no process. */
    static Optional<HarmDoer> begin(Optional<Harm> harm, Sides sides, FaultProxy proxy) {
        return harm.flatMap(what ->
                (what.atSource() ? sides.source() : sides.destination())
                        .process()
                        .map(victim -> new HarmDoer(what, victim, proxy)));
    }

    private void run() {
        try {
            proxy.awaitConnection(CONNECTION_PATIENCE);
            if (harm.message().isPresent()) {
                proxy.awaitHappenings(1, PATIENCE);
            } else {
                Thread.sleep(harm.after());
            }
            if (harm.freeze().isEmpty()) {
                ProcessFaults.kill(victim);
                return;
            }
            ProcessFaults.freeze(victim);
            try {
                Thread.sleep(harm.freeze().get());
            } finally {
                ProcessFaults.thaw(victim);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits for the end of it. */
    @Override
    public void close() {
        try {
            thread.join();
        } catch (InterruptedException _) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }
}
