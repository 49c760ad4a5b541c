package io.jvmm.migration;

/**
 * A switchover that may be tried.
 *
 * @param budget how long it may take, what of that stays in reserve, and its deadline
 */
record Admitted(SwitchoverBudget budget) {}
