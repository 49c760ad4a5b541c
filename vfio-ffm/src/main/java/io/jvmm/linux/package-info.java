/**
 * Linux for Java: one method per system call, one type per file descriptor.
 *
 * <p>Numbers and addresses stay inside: callers see {@link io.jvmm.linux.Fd}, memory segments and
 * {@link io.jvmm.linux.Errno}. A failed call throws {@link io.jvmm.linux.SyscallException};
 * outcomes that are no failures (a call that would wait, the end of a stream) are values. The calls
 * that a migration makes between the stop and the start of a guest allocate nothing: {@code read},
 * {@code write}, {@code readv}, {@code writev}, {@code ioctl}, {@code poll}, {@code tgkill} and the
 * event descriptors.
 *
 * <pre>{@code
 * try (EventFd wake = new EventFd()) {
 *     PollSet set = new PollSet(Interest.reading(socket.fd()), Interest.reading(wake.fd()));
 *     set.poll(-1);
 *     if (set.readable(0)) {
 *         long n = socket.fd().read(buffer);
 *     }
 * }
 * }</pre>
 *
 * <p>Each class names the threads that may use it.
 */
@NullMarked
package io.jvmm.linux;

import org.jspecify.annotations.NullMarked;
