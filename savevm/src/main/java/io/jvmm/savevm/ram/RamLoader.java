package io.jvmm.savevm.ram;

import io.jvmm.stream.StreamFormatException;
import io.jvmm.stream.StreamReader;
import io.jvmm.stream.wire.RamFlag;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The receiving side of one migration. Allocates nothing after construction, unless it fails. */
final class RamLoader {
    private static final int CONTINUE = RamFlag.CONTINUE;

    private final RamBlock[] blocks;
    private final byte[][] names;
    private final MemorySegment zeroPage = Arena.ofAuto().allocate(RamBlock.PAGE_SIZE);
    private @Nullable RamBlock lastBlock;

    RamLoader(GuestRam ram) {
        blocks = ram.blocks().toArray(RamBlock[]::new);
        names = new byte[blocks.length][];
        for (int i = 0; i < blocks.length; i++) {
            names[i] = blocks[i].name().getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Reads records up to the end mark. */
    void load(StreamReader in) {
        while (loadRecord(in)) {}
    }

    private boolean loadRecord(StreamReader in) {
        long position = in.position();
        long word = in.getU64();
        int flags = (int) word & RamFlag.MASK;
        long offset = word & ~(long) RamFlag.MASK;
        switch (flags) {
            case RamFlag.PAGE, RamFlag.PAGE | CONTINUE -> {
                RamBlock block = block(in, flags, offset, position);
                in.getBytes(block.memory(), offset, RamBlock.PAGE_SIZE);
            }
            case RamFlag.ZERO, RamFlag.ZERO | CONTINUE ->
                    clear(block(in, flags, offset, position), offset, in);
            case RamFlag.MEM_SIZE -> checkBlocks(in, offset, position);
            case RamFlag.EOS -> {
                return false;
            }
            default ->
                    throw new StreamFormatException(
                            "Unknown or unsupported RAM record: flags=0x%x offset=0x%x"
                                    .formatted(flags, offset),
                            position);
        }
        return true;
    }

    /** A page that is zero already is left alone: writing would only cost memory bandwidth. */
    private void clear(RamBlock block, long offset, StreamReader in) {
        int fill = in.getU8();
        if (fill != 0) {
            throw new StreamFormatException(
                    "A zero page is not filled with zero: fill=" + fill, in.position() - 1);
        }
        if (!ZeroPage.isZero(block.memory(), offset)) {
            MemorySegment.copy(zeroPage, 0, block.memory(), offset, RamBlock.PAGE_SIZE);
        }
    }

    /** The block of a page record, in which the page is known to lie. */
    private RamBlock block(StreamReader in, int flags, long offset, long position) {
        if ((flags & CONTINUE) == 0) {
            lastBlock = namedBlock(in);
        }
        RamBlock block = lastBlock;
        if (block == null) {
            throw new StreamFormatException(
                    "The first page does not name its block: flags=0x" + Integer.toHexString(flags),
                    position);
        }
        if (offset < 0 || offset >= block.length()) {
            throw new StreamFormatException(
                    "The page is outside its block: block=%s offset=0x%x length=0x%x"
                            .formatted(block.name(), offset, block.length()),
                    position);
        }
        return block;
    }

    private void checkBlocks(StreamReader in, long total, long position) {
        long left = total;
        while (left != 0) {
            RamBlock block = namedBlock(in);
            long length = in.getU64();
            if (length != block.length()) {
                throw new StreamFormatException(
                        "The block has another length: block=%s length=%s expected=%d"
                                .formatted(
                                        block.name(),
                                        Long.toUnsignedString(length),
                                        block.length()),
                        in.position() - Long.BYTES);
            }
            left -= length;
            if (left < 0) {
                throw new StreamFormatException(
                        "The blocks are longer than their sum: block=%s sum=%d"
                                .formatted(block.name(), total),
                        position);
            }
        }
    }

    private RamBlock namedBlock(StreamReader in) {
        for (int i = 0; i < blocks.length; i++) {
            if (isAhead(in, names[i])) {
                in.skip(1L + names[i].length);
                return blocks[i];
            }
        }
        long position = in.position();
        throw new StreamFormatException(
                "Unknown RAM block: block=" + in.getCountedString(), position);
    }

    private static boolean isAhead(StreamReader in, byte[] name) {
        if (in.peekU8(0) != name.length) {
            return false;
        }
        for (int i = 0; i < name.length; i++) {
            if (in.peekU8(1 + i) != name[i]) {
                return false;
            }
        }
        return true;
    }
}
