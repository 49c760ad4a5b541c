package io.jvmm.cli.soak;

/**
 * Something that must never be.
 *
 * @param seed of the life in which it was seen
 * @param round in which of its rounds, from 1
 * @param what what was seen
 * @param plan what had been drawn for that round
 */
record Violation(long seed, int round, String what, String plan) {
    /** How to see it again. */
    String command() {
        return "--seed " + seed + " --switchovers " + round;
    }
}
