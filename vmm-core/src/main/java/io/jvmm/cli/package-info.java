/**
 * The command line: {@code jvmm run} with QEMU's options, {@code jvmm demo}, {@code jvmm
 * vfio-user-device} and {@code jvmm vfio-check}.
 *
 * <p>The only package that sees picocli. Everything else is handed a {@link RunPlan}: what the
 * options mean once all of them are known. Errors are one line and exit status 1.
 */
@NullMarked
package io.jvmm.cli;

import org.jspecify.annotations.NullMarked;
