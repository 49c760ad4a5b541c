/**
 * VFIO devices that another process serves over a UNIX socket (vfio-user).
 *
 * <pre>
 *   VfioUserDevice ─► UserMigration, UserDmaLogging      VfioBackend and its parts
 *        │                  │
 *        └──► ClientConnection ──────────── socket ────► server
 *             DmaResponder ◄─────────────── twin socket ─ its accesses to our memory
 *             DmaTable                                    the memory it may reach
 * </pre>
 *
 * <p>The server is not trusted: whatever it answers is checked, and an answer that breaks the
 * protocol ends the connection with an error that names the device and the value. It is asked for a
 * twin socket, so that its commands never cross ours.
 *
 * <p>Threads: commands go one at a time, whoever sends them; the twin socket has a thread of its
 * own. {@link io.jvmm.vfio.user.VfioUserDevice#shutdown} may come from any thread and ends a
 * command that hangs in the server.
 */
@NullMarked
package io.jvmm.vfio.user;

import org.jspecify.annotations.NullMarked;
