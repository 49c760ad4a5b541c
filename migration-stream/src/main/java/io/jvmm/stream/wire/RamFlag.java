package io.jvmm.stream.wire;

/**
 * Flags in the low 12 bits of the u64 that each record of a RAM section starts with; the other bits
 * are the page's offset in its block ("RAM section" of QEMU's stream format).
 *
 * <pre>
 *   u64 offset | flags, [u8 length, block name unless CONTINUE], then
 *     ZERO      u8 0
 *     PAGE      4096 bytes
 *     MEM_SIZE  the block list; the offset is the sum of its lengths
 *     EOS       nothing: ends the section's payload
 * </pre>
 *
 * Plain numbers, not an enum: they are combined by OR, once per page.
 */
public final class RamFlag {
    /** The page is all zero. */
    public static final int ZERO = 0x002;

    /** The list of blocks. */
    public static final int MEM_SIZE = 0x004;

    /** A page follows. */
    public static final int PAGE = 0x008;

    /** End of this section's payload. */
    public static final int EOS = 0x010;

    /** Same block as in the record before. */
    public static final int CONTINUE = 0x020;

    /** A page as difference to the one sent before. */
    public static final int XBZRLE = 0x040;

    /** For RDMA. */
    public static final int HOOK = 0x080;

    /** A page compressed by a thread, in old versions. */
    public static final int COMPRESS_PAGE = 0x100;

    /** Wait for the multifd channels here. */
    public static final int MULTIFD_FLUSH = 0x200;

    /** All bits that are flags; the others are the offset. */
    public static final int MASK = 0xFFF;

    private RamFlag() {}
}
