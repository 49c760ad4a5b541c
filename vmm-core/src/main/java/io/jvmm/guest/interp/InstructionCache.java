package io.jvmm.guest.interp;

import org.jspecify.annotations.Nullable;

/**
 * Decoded instructions by their address. One is used again as long as the bytes at its address are
 * the same; so nobody has to tell the cache about self-modifying code or a migrated RAM.
 */
final class InstructionCache {

    private static final int SIZE = 4096;

    private final Processor cpu;
    private final Decoder decoder;
    private final @Nullable Entry[] entries = new @Nullable Entry[SIZE];

    /**
     * What was decoded from what.
     *
     * @param mask the bits of {@code bytes} that belong to the instruction
     */
    private record Entry(
            Instruction instruction, long address, long bytes, long mask, boolean code32) {}

    InstructionCache(Processor cpu) {
        this.cpu = cpu;
        this.decoder = new Decoder(cpu);
    }

    /** The instruction at an offset in the code segment. */
    Instruction at(int offset) {
        long address = cpu.codeAddress(offset);
        if (!cpu.memory.hasEightBytes(address)) {
            return decoder.decode(offset);
        }
        long bytes = cpu.memory.eightBytes(address);
        int slot = (int) address & (SIZE - 1);
        Entry entry = entries[slot];
        if (entry != null
                && entry.address == address
                && ((bytes ^ entry.bytes) & entry.mask) == 0
                && entry.code32 == cpu.isCode32()
                && cpu.isWithinCode(offset, entry.instruction.length)) {
            return entry.instruction;
        }
        return decode(offset, address, bytes, slot);
    }

    private Instruction decode(int offset, long address, long bytes, int slot) {
        Instruction instruction = decoder.decode(offset);
        if (instruction.length <= Long.BYTES) {
            long mask = -1L >>> (Long.SIZE - instruction.length * 8);
            entries[slot] = new Entry(instruction, address, bytes, mask, cpu.isCode32());
        }
        return instruction;
    }
}
