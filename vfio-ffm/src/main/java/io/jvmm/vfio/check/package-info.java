/**
 * Checks of a device's migration against VFIO's rules ({@code enum vfio_device_mig_state} of {@code
 * linux/vfio.h}), for those who write a driver or a vfio-user server.
 *
 * <pre>
 *   VfioCheck ─► TransitionMatrix   every pair of states, each from a fresh reset
 *       │        ResetChecks, CancelChecks, RoundTripChecks, PrecopyChecks,
 *       │        BadDataChecks, DmaLoggingChecks          ─► CheckLog ─► CheckReport
 *       │               │
 *       │            Subject ─► VfioBackend               one device; each call is a step
 *       └──────► StepWatch                                names the step that takes too long
 * </pre>
 *
 * <h2>Far states</h2>
 *
 * A device walks a way of several arcs by itself, and a migration goes arc by arc so that each has
 * a time of its own. Both must work. So each pair of the matrix is asked for in one request
 * ("direct"), and where its way has more than one arc it is also walked with one request per arc
 * ("stepwise").
 *
 * <h2>What a device must refuse</h2>
 *
 * <ul>
 *   <li>STOP_COPY to PRE_COPY or PRE_COPY_P2P, ERROR, and states that it does not support; it stays
 *       where it is.
 *   <li>Leaving RESUMING without a whole state; it stays there, or is in ERROR.
 *   <li>A state whose first eight bytes are inverted. VFIO leaves the stream's content to the
 *       device, but demands that the device finds out what is not its state: one that cannot tell
 *       would load the state of another device, or of another version. When it refuses is its
 *       choice: at a write, or when RESUMING is left.
 *   <li>Bytes behind the end of a whole state, in the same way.
 * </ul>
 *
 * After each of these a reset must bring it back to RUNNING, and it must take a good state then.
 *
 * <h2>Whether a state has arrived</h2>
 *
 * A device whose state is the same twice is read again at the destination, and the two streams must
 * be equal. A serial port whose transmitter feeds its receiver (PCI class 0700, the kernel's mtty,
 * our own device server) is given bytes first, and these must be received on the other side. Of
 * another device only its own checks are known.
 *
 * <p>Threads: the calls to the device are made by a thread of the run's own, so that one that does
 * not come back ends the run and not its caller. Nothing is printed.
 */
@NullMarked
package io.jvmm.vfio.check;

import org.jspecify.annotations.NullMarked;
