/**
 * The demonstration: a client of two VMM processes that it starts, over their monitors.
 *
 * <pre>
 *   Demo ─► Story ─► ChildVm (source)       ─ HMP: types the commands;  QMP: watches, asks the guest
 *                └─► ChildVm (destination)  ─ QMP: asks the guest
 *                └─► Verdict: what was seen, and whether it was as told
 * </pre>
 *
 * <p>It knows nothing that a script outside could not know. One thread.
 */
@NullMarked
package io.jvmm.cli.demo;

import org.jspecify.annotations.NullMarked;
