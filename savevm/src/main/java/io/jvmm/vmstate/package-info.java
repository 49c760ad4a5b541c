/** Declarative device state. */
@NullMarked
package io.jvmm.vmstate;

import org.jspecify.annotations.NullMarked;
