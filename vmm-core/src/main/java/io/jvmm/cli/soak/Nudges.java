package io.jvmm.cli.soak;

import io.jvmm.fault.FaultProxy;
import io.jvmm.monitor.json.Json;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What is done to a migration while it runs, from its first connection on: what the plan says, and,
 * one step harder each time, what brings one to an end that does not come to it by itself.
 */
final class Nudges {
    /** With it every switchover fits, as far as the line is concerned. */
    static final long ALL_THE_BANDWIDTH = 1L << 40;

    private static final long SWITCH_NOW = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long CANCEL = TimeUnit.MILLISECONDS.toNanos(300);
    private static final long LINK_UP = TimeUnit.MILLISECONDS.toNanos(700);
    private static final long LINK_CUT = TimeUnit.MILLISECONDS.toNanos(900);

    private final Vmm source;
    private final FaultProxy proxy;
    private final Optional<Duration> cancelAfter;
    private final int pace;
    private long begin;
    private long done = -1;

    /**
     * Nothing is done before the first connection.
     *
     * @param pace by how much slower than two machines in this process the two are
     */
    Nudges(Vmm source, FaultProxy proxy, Optional<Duration> cancelAfter, int pace) {
        this.pace = pace;
        this.source = source;
        this.proxy = proxy;
        this.cancelAfter = cancelAfter;
    }

    /** Does what is due. */
    void give() {
        if (!proxy.isConnected()) {
            begin = System.nanoTime();
            return;
        }
        long now = System.nanoTime() - begin;
        if (cancelAfter.isPresent() && isDue(cancelAfter.get().toNanos(), now)) {
            source.ask("migrate_cancel");
        }
        if (isDue(pace * SWITCH_NOW, now)) {
            source.ask(
                    "migrate-set-parameters",
                    new Json.Obj()
                            .put("switchover-policy", "downtime-limit")
                            .put("avail-switchover-bandwidth", ALL_THE_BANDWIDTH));
        }
        if (isDue(pace * CANCEL, now)) {
            source.ask("migrate_cancel");
        }
        if (isDue(pace * LINK_UP, now)) {
            proxy.heal();
        }
        if (isDue(pace * LINK_CUT, now)) {
            proxy.cutAll();
        }
        done = now;
    }

    /** Once. */
    private boolean isDue(long at, long now) {
        return at > done && at <= now;
    }
}
