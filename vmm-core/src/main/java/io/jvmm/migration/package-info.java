/**
 * Live migration: capabilities, parameters, the outgoing and the incoming state machine.
 *
 * <p>Sees no guest, no device and no monitor: it calls upwards only through the interfaces declared
 * here.
 */
@NullMarked
package io.jvmm.migration;

import org.jspecify.annotations.NullMarked;
