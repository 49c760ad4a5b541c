package io.jvmm.guest.stress;

import io.jvmm.guest.GuestMemory;

/** Compares pages with the pattern and counts. */
final class PageChecker {

    private static final long NONE = -1;

    private final GuestMemory memory;
    private long pages;
    private long wrongPages;
    private long firstWrongAddress = NONE;

    PageChecker(GuestMemory memory) {
        this.memory = memory;
    }

    StressVerification result() {
        return new StressVerification(pages, wrongPages, firstWrongAddress);
    }

    /** All words must be those of one sweep. */
    void check(long page, int sweep) {
        count(firstDifference(page, sweep, 0));
    }

    /** The first words may be those of the sweep under way, the others those of the one before. */
    void checkPageInProgress(long page, int sweep) {
        long difference = firstDifference(page, sweep, 0);
        if (difference != NONE) {
            int written = wordAt(difference);
            difference = firstDifference(page, sweep - 1, written);
        }
        count(difference);
    }

    /** Address of the first word, from one on, that is not the sweep's. */
    private long firstDifference(long page, int sweep, int fromWord) {
        for (int word = fromWord; word < StressLayout.WORD_COUNT; word++) {
            long address = page * StressLayout.PAGE_SIZE + StressLayout.wordOffset(word);
            if (memory.getInt(address) != StressLayout.word(page, sweep, word)) {
                return address;
            }
        }
        return NONE;
    }

    private static int wordAt(long address) {
        int offset = (int) (address % StressLayout.PAGE_SIZE);
        int word = 0;
        while (StressLayout.wordOffset(word) != offset) {
            word++;
        }
        return word;
    }

    private void count(long difference) {
        pages++;
        if (difference != NONE) {
            wrongPages++;
            firstWrongAddress = firstWrongAddress == NONE ? difference : firstWrongAddress;
        }
    }
}
