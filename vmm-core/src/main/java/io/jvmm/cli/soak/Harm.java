package io.jvmm.cli.soak;

import io.jvmm.fault.Fault;
import io.jvmm.fault.FaultPlan;
import io.jvmm.fault.Message;
import io.jvmm.fault.Place;
import io.jvmm.fault.PlannedFault;
import io.jvmm.fault.Trigger;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/**
 * What is done to one of the two processes.
 *
 * @param atSource to the source, else to the destination
 * @param freeze how long it is frozen; empty: it is killed
 * @param message it happens while this message is held back; empty: at a time
 * @param after it happens so long after the start, or at the latest after the message
 */
record Harm(
        boolean atSource, Optional<Duration> freeze, Optional<Message> message, Duration after) {
    private static final long MAX_FREEZE = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long MAX_AFTER = TimeUnit.MILLISECONDS.toNanos(80);
    private static final long HELD_BACK = TimeUnit.MILLISECONDS.toNanos(200);
    private static final List<Message> MESSAGES =
            List.of(
                    Message.SESSION,
                    Message.SOURCE_DOWNTIME,
                    Message.END_OF_STREAM,
                    Message.READY,
                    Message.GO,
                    Message.STARTED);

    static Harm draw(SplittableRandom random) {
        Optional<Message> message =
                random.nextInt(3) == 0
                        ? Optional.empty()
                        : Optional.of(MESSAGES.get(random.nextInt(MESSAGES.size())));
        return new Harm(
                random.nextBoolean(),
                random.nextInt(3) == 0
                        ? Optional.of(Duration.ofNanos(random.nextLong(1, MAX_FREEZE)))
                        : Optional.empty(),
                message,
                Duration.ofNanos(random.nextLong(MAX_AFTER)));
    }

    /** The link that this needs: it holds the message back, before it or behind it. */
    FaultPlan link(SplittableRandom random) {
        if (message.isEmpty()) {
            return FaultPlan.NONE;
        }
        Message held = message.get();
        Trigger trigger =
                new Trigger.AtMessage(0, held, 1, random.nextBoolean() ? 0 : held.length());
        return new FaultPlan(
                List.of(
                        new PlannedFault(
                                trigger,
                                new Place(0, held.direction()),
                                new Fault.Stall(HELD_BACK))));
    }
}
