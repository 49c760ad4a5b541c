/**
 * Drives the saving and the loading of a whole VM.
 *
 * <pre>
 *              SaveVmRegistry
 *             /              \
 *   SaveVmHandlers      VmStateDescription + state      what there is, in order
 *   (ram, …)            (cpu, serial, …)
 *        |                     |
 *   START PART* END          FULL                       how it stands in the stream
 *             \              /
 *         StateSaver → stream → StateLoader
 * </pre>
 *
 * <p>An <em>iterable</em> is state too large for the time that the guest may be down: it is sent
 * while the guest runs, and only the rest after the stop. A <em>device</em> is sent as a whole
 * after the stop. {@link io.jvmm.savevm.StateSaver} puts the records into the order that QEMU uses;
 * {@link io.jvmm.savevm.StateLoader} accepts any order that makes sense, and refuses by name what
 * it does not know: a section has no length on the wire, so nothing can be skipped.
 *
 * <p>Threads: everything belongs to the migration thread. From the stop of the guest on, nothing
 * here allocates (what the end of a stream needs is made by {@link
 * io.jvmm.savevm.StateSaver#prepare}), except to report an error.
 */
@NullMarked
package io.jvmm.savevm;

import org.jspecify.annotations.NullMarked;
