package io.jvmm.guest.interp;

import java.util.Arrays;

/**
 * Decoded instructions by their address. One is used again as long as the bytes at its address are
 * the same; so nobody has to tell the cache about self-modifying code or a migrated RAM.
 */
final class InstructionCache {

    private static final int SIZE = 4096;

    private final Processor cpu;
    private final Decoder decoder;
    private final Instruction[] slots = new Instruction[SIZE];

    InstructionCache(Processor cpu) {
        this.cpu = cpu;
        this.decoder = new Decoder(cpu);
        Arrays.fill(slots, new Instruction());
    }

    /** The instruction at an offset in the code segment. */
    Instruction at(int offset) {
        long address = cpu.codeAddress(offset);
        if (!cpu.memory.hasEightBytes(address)) {
            return decoder.decode(offset);
        }
        long bytes = cpu.memory.eightBytes(address);
        int slot = (int) address & (SIZE - 1);
        Instruction cached = slots[slot];
        if (cached.isDecodedFrom(address, bytes, cpu.isCode32())
                && cpu.isWithinCode(offset, cached.length)) {
            return cached;
        }
        return decode(offset, address, bytes, slot);
    }

    private Instruction decode(int offset, long address, long bytes, int slot) {
        Instruction decoded = decoder.decode(offset);
        if (decoded.length <= Long.BYTES) {
            decoded.setSource(address, bytes, cpu.isCode32());
            slots[slot] = decoded;
        }
        return decoded;
    }
}
