/**
 * What stands on the wire: QEMU's migration stream, version 3, and the few messages of our own.
 *
 * <pre>
 *   forward      {@link io.jvmm.stream.wire.Frame}: file header, configuration, sections, commands, EOF, VM description
 *                {@link io.jvmm.stream.wire.VmCommand}: what a COMMAND record carries
 *   return path  {@link io.jvmm.stream.wire.ReturnPathMessage}
 * </pre>
 *
 * Each type's doc draws its bytes, all integers big-endian. Decoders take nothing on trust: an
 * unknown code, a wrong length, a length above its limit or a value that cannot be is a {@link
 * io.jvmm.stream.StreamFormatException} that names the value and where it stands. Messages of our
 * own have numbers from 0x4A01 up and are sent only to a peer that has answered the {@link
 * io.jvmm.stream.wire.PeerProbe}.
 *
 * <p>Threads: all types are immutable values. Encoding allocates nothing, so what is sent at the
 * switchover is made beforehand.
 */
@NullMarked
package io.jvmm.stream.wire;

import org.jspecify.annotations.NullMarked;
