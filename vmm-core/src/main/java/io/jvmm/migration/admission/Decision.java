package io.jvmm.migration.admission;

/**
 * What a policy says to a forecast, and why; {@link Reason#describe} has the figures.
 *
 * @param verdict what to do
 * @param reason why
 */
public record Decision(Verdict verdict, Reason reason) {
    static final Decision SWITCH = new Decision(Verdict.SWITCH, Reason.FITS);

    static Decision notYet(Reason reason) {
        return new Decision(Verdict.NOT_YET, reason);
    }
}
