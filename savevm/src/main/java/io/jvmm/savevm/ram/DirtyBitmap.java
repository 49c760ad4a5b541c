package io.jvmm.savevm.ram;

import java.util.Arrays;
import java.util.Objects;

/** One bit for each page of a block, and how many are set. One thread; allocates nothing. */
public final class DirtyBitmap {
    private final long pages;
    private final long[] words;
    private long count;

    /**
     * Makes a bitmap with no bit set.
     *
     * @param pages number of bits, 1 to 64 * (2^31 - 9)
     */
    public DirtyBitmap(long pages) {
        if (pages < 1) {
            throw new IllegalArgumentException("A bitmap has at least one page: pages=" + pages);
        }
        this.pages = pages;
        this.words = new long[Math.toIntExact((pages + Long.SIZE - 1) / Long.SIZE)];
    }

    /**
     * Number of bits.
     *
     * @return at least 1
     */
    public long pages() {
        return pages;
    }

    /**
     * Number of 64-bit words.
     *
     * @return at least 1
     */
    public int wordCount() {
        return words.length;
    }

    /**
     * Sets one bit.
     *
     * @param page from 0
     */
    public void set(long page) {
        Objects.checkIndex(page, pages);
        orWord((int) (page / Long.SIZE), 1L << page);
    }

    /** Sets every bit. */
    public void setAll() {
        Arrays.fill(words, -1);
        words[words.length - 1] = lastWordMask();
        count = pages;
    }

    /** Clears every bit. */
    public void clearAll() {
        Arrays.fill(words, 0);
        count = 0;
    }

    /**
     * Clears one bit.
     *
     * @param page from 0
     * @return whether it was set
     */
    public boolean testAndClear(long page) {
        Objects.checkIndex(page, pages);
        int index = (int) (page / Long.SIZE);
        long bit = 1L << page;
        if ((words[index] & bit) == 0) {
            return false;
        }
        words[index] ^= bit;
        count--;
        return true;
    }

    /**
     * The first set bit at or behind a page.
     *
     * @param from from 0; at or behind the last page is allowed
     * @return the page, or -1 if there is none
     */
    public long nextSet(long from) {
        if (from >= pages) {
            return -1;
        }
        int index = (int) (from / Long.SIZE);
        long word = words[index] & -1L << from;
        while (word == 0) {
            if (++index == words.length) {
                return -1;
            }
            word = words[index];
        }
        return (long) index * Long.SIZE + Long.numberOfTrailingZeros(word);
    }

    /**
     * Sets the bits of a whole word at once.
     *
     * @param index word number; its bit i is page {@code index * 64 + i}
     * @param bits set bits are set, clear bits change nothing; bits behind the last page are
     *     ignored
     */
    public void orWord(int index, long bits) {
        long old = words[index];
        long valid = index == words.length - 1 ? bits & lastWordMask() : bits;
        words[index] = old | valid;
        count += Long.bitCount(valid & ~old);
    }

    /**
     * Number of set bits.
     *
     * @return kept as bits change, not counted anew
     */
    public long count() {
        return count;
    }

    private long lastWordMask() {
        return -1L >>> -pages;
    }
}
