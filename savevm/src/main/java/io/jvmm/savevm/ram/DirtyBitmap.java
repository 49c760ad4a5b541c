package io.jvmm.savevm.ram;

import java.util.Arrays;

/** One bit per page, 1 = still to be sent. For one thread. */
public final class DirtyBitmap {

    private final long pages;
    private final long[] words;

    /**
     * A bitmap of clean pages.
     *
     * @param pages how many
     */
    public DirtyBitmap(long pages) {
        this.pages = pages;
        this.words = new long[Math.toIntExact((pages + Long.SIZE - 1) / Long.SIZE)];
    }

    /**
     * Marks one page.
     *
     * @param page its number
     */
    public void set(long page) {
        words[wordOf(page)] |= 1L << page;
    }

    /** Marks every page. */
    public void setAll() {
        Arrays.fill(words, -1);
        maskLastWord();
    }

    /**
     * Clears one page's bit.
     *
     * @param page its number
     * @return whether it was set
     */
    public boolean testAndClear(long page) {
        int word = wordOf(page);
        boolean was = (words[word] & 1L << page) != 0;
        words[word] &= ~(1L << page);
        return was;
    }

    /**
     * Finds a marked page.
     *
     * @param from the first page looked at
     * @return the first marked page from there on, −1 = none
     */
    public long nextSet(long from) {
        if (from >= pages) {
            return -1;
        }
        int word = wordOf(from);
        long bits = words[word] & -1L << from;
        while (bits == 0) {
            if (++word == words.length) {
                return -1;
            }
            bits = words[word];
        }
        return (long) word * Long.SIZE + Long.numberOfTrailingZeros(bits);
    }

    /**
     * Counts the marked pages.
     *
     * @return how many
     */
    public long count() {
        long sum = 0;
        for (long word : words) {
            sum += Long.bitCount(word);
        }
        return sum;
    }

    /**
     * Marks up to 64 pages at once; bits beyond the last page are dropped.
     *
     * @param index number of the word: its bit 0 is page {@code 64 * index}
     * @param bits 1 = mark
     */
    public void orWord(int index, long bits) {
        words[index] |= bits;
        if (index == words.length - 1) {
            maskLastWord();
        }
    }

    private void maskLastWord() {
        if (pages % Long.SIZE != 0) {
            words[words.length - 1] &= (1L << pages) - 1;
        }
    }

    private int wordOf(long page) {
        if (page < 0 || page >= pages) {
            throw new IndexOutOfBoundsException("No such page: page=" + page + " pages=" + pages);
        }
        return (int) (page / Long.SIZE);
    }
}
