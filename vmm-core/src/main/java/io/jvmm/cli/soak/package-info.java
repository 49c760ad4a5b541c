/**
 * The soak: switchovers of a small running guest, one after the other, each with something that
 * goes wrong at a random point; and the checks that it did no harm.
 *
 * <pre>
 *   Soak ─► Life: a guest and the rounds it goes through        one seed each
 *             └─► Round: one migration, from its draw to its verdict
 *                   RoundPlan    what is drawn                   ◄ seed
 *                   FaultProxy   between the two, on real sockets
 *                   RunWatch     never two, looked at all the time
 *                   Verdict      outcome, violations, the guest's pause
 *   Vmm  one side: LocalVmm in this process, ChildVmm in one of its own
 * </pre>
 *
 * <p>It is a client of both sides: it knows nothing that a script outside could not know. One
 * thread, and that of {@link io.jvmm.cli.soak.RunWatch}.
 */
@NullMarked
package io.jvmm.cli.soak;

import org.jspecify.annotations.NullMarked;
