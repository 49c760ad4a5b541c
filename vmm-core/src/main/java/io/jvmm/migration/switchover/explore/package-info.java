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
 * <p>Bounds: one or two attempts; two connections at a time, each in order, and in any order
 * between them; three messages in flight per connection and direction (a fourth finds the link
 * cut). Within them nothing else is bounded: a link is lost at any moment with whatever was in
 * flight, from some message on; a new one follows, any number of times; timeouts fire at any
 * moment, however early; operators say each command at any moment, any number of times, {@code
 * peer-is-dead} only where it is true; either process crashes at any moment, and the destination's
 * is restarted or not. A restarted source knows nothing of the migration and is told nothing: it is
 * one that stayed away. Heartbeats carry nothing; that they stay away is the timeout. READY is
 * heard by one thread of the source and acted upon by another, so it may be acted upon late.
 *
 * <p>One thread; each exploration has its own memory.
 */
@NullMarked
package io.jvmm.migration.switchover.explore;

import org.jspecify.annotations.NullMarked;
