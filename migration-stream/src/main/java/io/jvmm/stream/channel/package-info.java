/**
 * Connections that a migration stream runs over, each of whose blocking steps can be broken.
 *
 * <pre>
 *              {@link io.jvmm.stream.channel.ChannelOutput} ─┐                     ┌─► {@link io.jvmm.stream.channel.ChannelInput}
 *   source  ◄─ {@link io.jvmm.stream.channel.Channel}        ├──── tcp, unix, ─────┤
 *              ChannelInput  ◄┘        pipe         └── ChannelOutput  ─► destination
 * </pre>
 *
 * Sockets never block in a system call: each half waits in {@code poll} beside an eventfd of its
 * own. {@code interrupt()} raises that eventfd; it works from any thread, takes no lock and
 * allocates nothing.
 *
 * <p>Threads: each half of a channel belongs to one thread, so a reader and a writer can work at
 * the same time. {@code interrupt()}, {@code shutdown()} and {@code close()} may come from any
 * thread at any time: descriptors are closed by whoever leaves last, so that a number is never used
 * again under a thread that is still inside a call.
 */
@NullMarked
package io.jvmm.stream.channel;

import org.jspecify.annotations.NullMarked;
