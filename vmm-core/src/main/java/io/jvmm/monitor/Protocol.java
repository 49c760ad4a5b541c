package io.jvmm.monitor;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Optional;

/**
 * A language that one session speaks. The reading thread of the session, but for {@link #event}.
 */
interface Protocol {
    /** What is said first. */
    String greeting();

    /** Takes bytes from the client, carries out what they ask for and hands out the replies. */
    void receive(ByteBuffer bytes);

    /** What the client is told of an event, if anything. The writing thread. */
    Optional<String> event(MonitorEvent event, Instant when);
}
