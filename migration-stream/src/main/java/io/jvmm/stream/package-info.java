/**
 * Big-endian writer and reader of the migration stream.
 *
 * <pre>
 *   putU64(header)  ──►  one native buffer ──┐
 *                                            ├──► {@link io.jvmm.stream.BufferList} ──► {@link io.jvmm.stream.ByteSink}   (one writev)
 *   putReference(page) ── guest RAM itself ──┘
 *
 *   {@link io.jvmm.stream.ByteSource} ──► one 256 KiB native buffer ──► getU64(), getBytes(into guest RAM)
 * </pre>
 *
 * Nothing here allocates after construction, with the exception of what returns an object ({@code
 * getCountedString}, {@code getBytes(int, int)}). Lengths that come from the peer are checked
 * before anything is allocated for them.
 *
 * <p>Threads: a writer and a reader belong to one thread each. What breaks a blocked sink or source
 * from another thread is the business of the channel behind it.
 */
@NullMarked
package io.jvmm.stream;

import org.jspecify.annotations.NullMarked;
