package io.jvmm.migration;

import io.jvmm.migration.switchover.Reserves;

/**
 * A switchover that may be tried.
 *
 * @param budget how long it may take, what of that stays in reserve, and its deadline
 * @param reserves what is expected of each phase, for the ledger
 */
record Admitted(SwitchoverBudget budget, Reserves reserves) {}
