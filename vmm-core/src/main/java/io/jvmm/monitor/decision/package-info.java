/**
 * Switchover decisions and learned costs as JSON: for the machine monitor, and for the files that
 * {@code switchover-decision-log} and {@code switchover-state-file} name.
 *
 * <p>Files are not trusted: sizes are checked before anything is kept, and a broken file is a
 * warning. No state but the files'; any thread.
 */
@NullMarked
package io.jvmm.monitor.decision;

import org.jspecify.annotations.NullMarked;
