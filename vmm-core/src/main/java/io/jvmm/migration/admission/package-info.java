/**
 * Admission: whether the guest may be stopped now, decided before the stop from what can be known.
 *
 * <pre>
 *   rounds ──► bandwidth, round trip ┐
 *   last attempts ──► CostHistory    ├─► SwitchoverForecast ──► SwitchoverPolicy ──► Decision
 *   limit, reserves                  ┘            │                                      │
 *                                                 └──────────► DecisionLog ◄─────────────┘
 * </pre>
 *
 * A {@link io.jvmm.migration.admission.SwitchoverForecast} holds every input of a decision, and a
 * {@link io.jvmm.migration.admission.SwitchoverPolicy} is a pure function of it: what was decided
 * once can be decided again from the log, by the same policy or by another ({@link
 * io.jvmm.migration.admission.DecisionReplay}).
 *
 * <p>{@link io.jvmm.migration.admission.SwitchoverAdmission} belongs to one virtual machine and
 * outlives its migrations; the migration thread feeds it, monitors read it. Nothing here is called
 * between a stop and its outcome.
 */
@NullMarked
package io.jvmm.migration.admission;

import org.jspecify.annotations.NullMarked;
