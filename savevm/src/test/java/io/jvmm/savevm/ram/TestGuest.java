package io.jvmm.savevm.ram;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** RAM of a few pages, and a log of the writes that are made through {@link #write}. */
final class TestGuest implements GuestRam, DirtyLog {
    final List<RamBlock> blocks = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    private final List<long[]> written = new ArrayList<>();

    TestGuest block(String name, int pages) {
        blocks.add(
                new RamBlock(
                        name,
                        Arena.ofAuto()
                                .allocate((long) pages * RamBlock.PAGE_SIZE, RamBlock.PAGE_SIZE)));
        return this;
    }

    void write(int block, long page, int value) {
        blocks.get(block)
                .memory()
                .set(ValueLayout.JAVA_BYTE, page * RamBlock.PAGE_SIZE + 5, (byte) value);
        written.add(new long[] {block, page});
    }

    long hash(int block) {
        return RamHash.of(blocks.get(block));
    }

    @Override
    public List<RamBlock> blocks() {
        return blocks;
    }

    @Override
    public void start() {
        calls.add("start");
        written.clear();
    }

    @Override
    public void sync(RamBlock block, DirtyBitmap into) {
        int index = blocks.indexOf(block);
        for (long[] each : written) {
            if (each[0] == index) {
                into.set(each[1]);
            }
        }
        written.removeIf(each -> each[0] == index);
    }

    @Override
    public void stop() {
        calls.add("stop");
    }
}
