package io.jvmm.benchmarks;

import io.jvmm.fault.Fault;
import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.FaultProxy;
import io.jvmm.fault.Place;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** A proxy whose speed towards the destination changes every now and then, as its seed says. */
final class VaryingLink implements AutoCloseable {
    private static final long[] BYTES_PER_SECOND = {40_000_000, 80_000_000, 160_000_000};
    private static final int LONGEST_MILLIS = 400;

    private final FaultProxy proxy;
    private final Random random;
    private final Thread thread;
    private volatile boolean closing;

    VaryingLink(Path listen, Path target, long seed) {
        proxy =
                new FaultProxy(
                        UnixDomainSocketAddress.of(listen),
                        UnixDomainSocketAddress.of(target),
                        FaultPlan.NONE);
        random = new Random(seed);
        thread = Thread.ofPlatform().daemon().name("varying-link").start(this::vary);
    }

    String uri() {
        return proxy.uri();
    }

    private void vary() {
        while (!closing) {
            long speed = BYTES_PER_SECOND[random.nextInt(BYTES_PER_SECOND.length)];
            proxy.inflict(Place.forward(0), new Fault.Throttle(speed));
            LockSupport.parkNanos(this, (1L + random.nextInt(LONGEST_MILLIS)) * 1_000_000);
        }
    }

    @Override
    public void close() {
        closing = true;
        LockSupport.unpark(thread);
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        proxy.close();
    }
}
