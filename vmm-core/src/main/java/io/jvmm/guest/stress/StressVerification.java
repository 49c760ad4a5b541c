package io.jvmm.guest.stress;

/**
 * The host's own look at every page of the working set.
 *
 * @param pages how many were looked at
 * @param wrongPages how many hold what they should not
 * @param firstWrongAddress guest-physical address of the first wrong word, −1 = none
 */
public record StressVerification(long pages, long wrongPages, long firstWrongAddress) {

    /**
     * Whether every page is as it should be.
     *
     * @return true if none is wrong
     */
    public boolean isCorrect() {
        return wrongPages == 0;
    }
}
