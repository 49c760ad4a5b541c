/** One Java method per Linux system call. */
@NullMarked
package io.jvmm.linux;

import org.jspecify.annotations.NullMarked;
