/**
 * Walks through everything that can happen to a hand-over, with the state machines that run in
 * production.
 *
 * <pre>
 *   HandoverRules ──► SourceMoves, DestinationMoves, WireMoves ──► Explorer ──► Exploration
 *    production, or                 a World's next Worlds           breadth      states, outcomes,
 *    a Mutant's one change                                           first       Property broken
 * </pre>
 *
 * {@link io.jvmm.migration.switchover.explore.HandoverRules} is {@link
 * io.jvmm.migration.switchover.SourceHandover#next} and {@link
 * io.jvmm.migration.switchover.DestinationHandover#next}; this package adds what surrounds them:
 * the messages that each action sends, the connections, timeouts, operators, crashes.
 *
 * <p>Bounds: one or two attempts; two connections at a time, what is in flight on each arriving in
 * any order (its own is one of them); three messages in flight per connection and direction (a
 * fourth finds the link cut). Within them nothing else is bounded: a link is lost at any moment
 * with whatever was in flight, and a new one follows, any number of times; the source's timeouts
 * fire at any moment, however early; the destination's do, or never; operators say each command at
 * any moment, any number of times, {@code peer-is-dead} only where it is true; either process
 * crashes at any moment, and the destination's is restarted or not, or another process answers at
 * its address.
 *
 * <p>Left out, since it adds nothing: a restarted source knows nothing of the migration and is told
 * nothing, so it is one that stayed away; heartbeats carry nothing, that they stay away is the
 * timeout; words of another session are not heard. READY is heard by one thread of the source and
 * acted upon by another, so it may be acted upon late. Left out, and tested elsewhere: the RAM, the
 * devices' own states, a peer that is QEMU.
 *
 * <p>One thread; each exploration has its own memory.
 */
@NullMarked
package io.jvmm.migration.switchover.explore;

import org.jspecify.annotations.NullMarked;
