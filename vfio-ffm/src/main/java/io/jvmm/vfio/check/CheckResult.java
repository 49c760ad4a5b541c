package io.jvmm.vfio.check;

/**
 * One check.
 *
 * @param name what was checked
 * @param outcome what became of it
 * @param detail what was seen, or what is wrong, or why it was skipped; may be empty
 * @param timing of what the check is about, or of the whole check
 */
public record CheckResult(String name, Outcome outcome, String detail, Timing timing) {}
