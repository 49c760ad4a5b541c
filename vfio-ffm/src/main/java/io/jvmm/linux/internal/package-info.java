/**
 * The only code that calls restricted methods: the way into the kernel, and memory by address.
 *
 * <pre>
 *   Fd, Socket, Mapping …   checks, names, exceptions
 *          │  values or negated error numbers
 *   Syscalls                one Java method per system call
 *          │  seven longs
 *   SystemCallStub          one downcall handle to nine machine instructions
 * </pre>
 *
 * <p>Everything here may be called by any thread. Nothing here allocates per call.
 */
@NullMarked
package io.jvmm.linux.internal;

import org.jspecify.annotations.NullMarked;
