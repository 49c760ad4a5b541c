/** A small JSON tree with its parser, writer and message framing, all with explicit limits. */
@NullMarked
package io.jvmm.monitor.json;

import org.jspecify.annotations.NullMarked;
