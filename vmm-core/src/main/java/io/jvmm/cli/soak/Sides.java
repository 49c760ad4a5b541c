package io.jvmm.cli.soak;

/**
 * Who is who in a round.
 *
 * @param source has the guest
 * @param destination waits for it
 */
record Sides(Vmm source, Vmm destination) {}
