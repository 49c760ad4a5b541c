package io.jvmm.vfio.check;

/** What became of a check. */
public enum Outcome {
    /** The device did as it must. */
    PASSED,
    /** It did not. */
    FAILED,
    /** It could not be checked, for a reason that is no fault of the device. */
    SKIPPED
}
