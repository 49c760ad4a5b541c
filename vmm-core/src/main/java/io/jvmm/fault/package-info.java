/**
 * What a bad link and a dying process do to a migration, on purpose, and again with the same seed.
 *
 * <pre>
 *   source ──► {@link io.jvmm.fault.FaultProxy} ──► destination       tcp or unix, real sockets
 *                  ▲
 *              {@link io.jvmm.fault.FaultPlan}: when {@link io.jvmm.fault.Trigger},
 *              at which {@link io.jvmm.fault.Place}, what {@link io.jvmm.fault.Fault}
 * </pre>
 *
 * <p>A fault that is set off at a byte happens exactly between that byte and the one before it. One
 * that is set off by a {@link io.jvmm.fault.Message} lets every byte before the message pass. The
 * package knows the numbers of the messages, and nothing else of a migration.
 *
 * <p>Threads: a proxy has one, which carries both directions of all its connections; its methods
 * may be called by any thread.
 */
@NullMarked
package io.jvmm.fault;

import org.jspecify.annotations.NullMarked;
