package io.jvmm.savevm.ram;

import java.util.List;

/** The dirty pages of all blocks, and a cursor that walks through them once a round. */
final class DirtyRam {
    private final RamBlock[] blocks;
    private final DirtyBitmap[] bitmaps;
    private int blockIndex;
    private long page;

    DirtyRam(List<RamBlock> ram) {
        blocks = ram.toArray(RamBlock[]::new);
        bitmaps = new DirtyBitmap[blocks.length];
        for (int i = 0; i < blocks.length; i++) {
            bitmaps[i] = new DirtyBitmap(blocks[i].pages());
        }
    }

    void setAll() {
        for (DirtyBitmap bitmap : bitmaps) {
            bitmap.setAll();
        }
    }

    long dirtyPages() {
        long pages = 0;
        for (DirtyBitmap bitmap : bitmaps) {
            pages += bitmap.count();
        }
        return pages;
    }

    /** Adds what was written; returns how many pages were clean until now. */
    long sync(DirtyLog log) {
        long before = dirtyPages();
        for (int i = 0; i < blocks.length; i++) {
            log.sync(blocks[i], bitmaps[i]);
        }
        return dirtyPages() - before;
    }

    /** Puts the cursor before the first page. */
    void rewind() {
        blockIndex = 0;
        page = -1;
    }

    /** Moves the cursor to the next dirty page; false at the end. */
    boolean next() {
        page = bitmaps[blockIndex].nextSet(page + 1);
        while (page < 0) {
            if (blockIndex == blocks.length - 1) {
                page = blocks[blockIndex].pages();
                return false;
            }
            blockIndex++;
            page = bitmaps[blockIndex].nextSet(0);
        }
        return true;
    }

    RamBlock block() {
        return blocks[blockIndex];
    }

    long pageOffset() {
        return page * RamBlock.PAGE_SIZE;
    }

    /** The page at the cursor has been put into the stream. */
    void markClean() {
        bitmaps[blockIndex].testAndClear(page);
    }
}
