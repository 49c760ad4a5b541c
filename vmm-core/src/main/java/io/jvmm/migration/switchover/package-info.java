/**
 * The switchover under a limit: who may decide what, until when, and what it cost.
 *
 * <pre>
 *   migration thread ── phases ──► Disruptor ring ──► DeadlineWatch (own thread)
 *         │                                                │ deadline passed
 *         │ READY                                          ▼
 *         └────────────► SourceHandover: one compare-and-set ◄── migrate_cancel
 *                              │
 *                 commit: GO   │   abort: the guest runs again at the source
 * </pre>
 *
 * {@link io.jvmm.migration.switchover.SourceHandover} and {@link
 * io.jvmm.migration.switchover.DestinationHandover} are pure transition functions behind one atomic
 * reference each: whoever moves the state carries out the action of that move, nobody else. {@link
 * io.jvmm.migration.switchover.DeadlineWatch} fires the one event that nobody else sends, and
 * {@link io.jvmm.migration.switchover.BudgetLedger} says where the time went. Between the stop and
 * the outcome nothing here allocates or takes a lock.
 */
@NullMarked
package io.jvmm.migration.switchover;

import org.jspecify.annotations.NullMarked;
