/**
 * VFIO: devices that a process drives from user space, and whose state it can move.
 *
 * <p>{@link io.jvmm.vfio.VfioBackend} is one device, whoever implements it: the kernel ({@code
 * linux/vfio.h}) or a vfio-user server. The numbers and rules are the kernel's.
 *
 * <p>Threads: an open device may be used by several threads for region accesses; everything else is
 * for one thread at a time.
 */
@NullMarked
package io.jvmm.vfio;

import org.jspecify.annotations.NullMarked;
