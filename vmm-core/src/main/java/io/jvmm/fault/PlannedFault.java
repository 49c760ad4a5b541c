package io.jvmm.fault;

/**
 * A fault that waits for its trigger.
 *
 * @param when what sets it off
 * @param where what it does harm to; need not be where the trigger is watched for
 * @param what what goes wrong
 */
public record PlannedFault(Trigger when, Place where, Fault what) {
    /** Whether it happens exactly at its byte: not later, and not in another direction. */
    boolean isInLine() {
        return !(when instanceof Trigger.After) && when.place().equals(where);
    }
}
