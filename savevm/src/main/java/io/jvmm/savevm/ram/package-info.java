/**
 * Guest RAM in the stream: a full pass, then what the guest has written since, round after round.
 *
 * <pre>
 *   setup      block list, logging on, every page dirty
 *   round 1    all pages            ─┐ a slice of at most 50 ms, or what the rate limit allows,
 *   round n    pages written since  ─┘ is one section part; a sync of the log ends each round
 *   (guest stops)
 *   final sync, then the rest in the section's end
 * </pre>
 *
 * <p>Pages are gathered from guest memory where they lie and received straight into it: nothing
 * copies RAM through the Java heap, and there is no object for a page. {@link
 * io.jvmm.savevm.ram.GuestRam} and {@link io.jvmm.savevm.ram.DirtyLog} are implemented by whoever
 * owns the memory and the vCPUs.
 *
 * <p>Everything here belongs to the migration thread, except the counters, which any thread may
 * read.
 */
@NullMarked
package io.jvmm.savevm.ram;

import org.jspecify.annotations.NullMarked;
