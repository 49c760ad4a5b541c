package io.jvmm.migration;

import io.jvmm.stream.channel.Channel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Breaks an exchange over a short connection that takes too long. */
final class ExchangeTimer implements AutoCloseable {
    private final CompletableFuture<Void> breaking;

    /** Starts the time. */
    ExchangeTimer(Channel channel, Duration limit) {
        Executor later = CompletableFuture.delayedExecutor(limit.toNanos(), TimeUnit.NANOSECONDS);
        breaking =
                CompletableFuture.runAsync(
                        () -> {
                            channel.input().interrupt();
                            channel.output().interrupt();
                        },
                        later);
    }

    @Override
    public void close() {
        breaking.cancel(false);
    }
}
