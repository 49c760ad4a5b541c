/**
 * The monitors: QEMU's human monitor (HMP) and its JSON one (QMP) over one set of commands.
 *
 * <pre>
 *   line  ── HmpParser ─┐                                        ┌─ HmpText ── text
 *                       ├─► MonitorCommand ─► CommandExecutor ─► MonitorReply
 *   JSON  ── QmpParser ─┘                         │              └─ QmpJson ── JSON
 *                                                 ▼
 *                                           MonitorTarget  (the VM; implemented by the machine)
 * </pre>
 *
 * <p>A session has two threads: one reads and carries out commands in order, one writes replies and
 * events. {@code migrate} without {@code -d} keeps the reading thread of its own session until the
 * migration has ended; the other sessions go on. Nothing here holds a lock while it calls the
 * target.
 *
 * <p>Input is hostile: lines and JSON texts have a length limit, JSON a depth limit, and UNIX
 * sockets let in only processes of the same user.
 */
@NullMarked
package io.jvmm.monitor;

import org.jspecify.annotations.NullMarked;
