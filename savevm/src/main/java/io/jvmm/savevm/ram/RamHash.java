package io.jvmm.savevm.ram;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * A 64-bit hash of a block's memory, for the test mode in which both sides compare their RAM. It is
 * XXH64 with seed 0, of which only the part for whole 32-byte stripes is needed; it finds
 * accidents, not forgeries.
 */
public final class RamHash {
    private static final long PRIME_1 = 0x9E37_79B1_85EB_CA87L;
    private static final long PRIME_2 = 0xC2B2_AE3D_27D4_EB4FL;
    private static final long PRIME_3 = 0x1656_67B1_9E37_79F9L;
    private static final long PRIME_4 = 0x85EB_CA77_C2B2_AE63L;
    private static final long PRIME_1_PLUS_2 = 0x60EA_27EE_ADC0_B5D6L;
    private static final int STRIPE = 4 * Long.BYTES;
    private static final ValueLayout.OfLong WORD =
            ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);

    private RamHash() {}

    /**
     * Hashes the memory as it is now; the guest should be stopped. Allocates nothing.
     *
     * @param block the block
     * @return the hash, all 64 bits in use
     */
    public static long of(RamBlock block) {
        MemorySegment memory = block.memory();
        long length = memory.byteSize();
        long a = PRIME_1_PLUS_2;
        long b = PRIME_2;
        long c = 0;
        long d = -PRIME_1;
        for (long offset = 0; offset < length; offset += STRIPE) {
            a = round(a, memory.get(WORD, offset));
            b = round(b, memory.get(WORD, offset + 8));
            c = round(c, memory.get(WORD, offset + 16));
            d = round(d, memory.get(WORD, offset + 24));
        }
        long hash =
                Long.rotateLeft(a, 1)
                        + Long.rotateLeft(b, 7)
                        + Long.rotateLeft(c, 12)
                        + Long.rotateLeft(d, 18);
        hash = merge(merge(merge(merge(hash, a), b), c), d) + length;
        hash = (hash ^ hash >>> 33) * PRIME_2;
        hash = (hash ^ hash >>> 29) * PRIME_3;
        return hash ^ hash >>> 32;
    }

    private static long round(long lane, long word) {
        return Long.rotateLeft(lane + word * PRIME_2, 31) * PRIME_1;
    }

    private static long merge(long hash, long lane) {
        return (hash ^ round(0, lane)) * PRIME_1 + PRIME_4;
    }
}
