package io.jvmm.guest.interp;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.SegmentState;

/** Registers of the processor and the accesses that instructions make through them. */
final class Processor {

    static final int CR0_PE = 1;
    private static final long CR0_PG = 1L << 31;
    private static final int EFER_LMA = 1 << 10;
    private static final int VM86 = 1 << 17;

    /** Bits of a descriptor's upper word. */
    private static final int ACCESSED = 1 << 8;

    private static final int PRESENT = 1 << 15;
    private static final int PRESENT_SEGMENT = PRESENT | 1 << 12;
    private static final int GRANULARITY = 1 << 23;

    final int[] registers = new int[8];
    final Flags flags = new Flags();
    final PhysicalMemory memory;

    /** Offset in the code segment: of the next instruction while one is executed. */
    int instructionPointer;

    boolean halted;

    /** Everything that no instruction here changes, as it was loaded; also the segments. */
    final CpuState rest = new CpuState();

    /** Bases and limits of {@code rest.segs}, for the hot path. */
    private final long[] base = new long[6];

    private final long[] limit = new long[6];

    /** Kept beside the segment, too. */
    private boolean code32;

    Processor(PhysicalMemory memory) {
        this.memory = memory;
        load(rest);
    }

    void load(CpuState from) {
        requireSupported(from);
        if (from != rest) {
            rest.copyFrom(from);
        }
        for (int i = 0; i < registers.length; i++) {
            registers[i] = (int) from.regs[i];
        }
        instructionPointer = (int) from.rip;
        flags.setValue((int) from.rflags);
        for (int i = 0; i < base.length; i++) {
            segmentChanged(i);
        }
        halted = false;
    }

    private static void requireSupported(CpuState from) {
        if ((from.cr0 & CR0_PG) != 0 || (from.efer & EFER_LMA) != 0 || (from.rflags & VM86) != 0) {
            throw new IllegalArgumentException(
                    "The interpreter has real mode and 32-bit protected mode without paging:"
                            + " cr0=0x%x efer=0x%x rflags=0x%x"
                                    .formatted(from.cr0, from.efer, from.rflags));
        }
    }

    void save(CpuState to) {
        to.copyFrom(rest);
        for (int i = 0; i < registers.length; i++) {
            to.regs[i] = Integer.toUnsignedLong(registers[i]);
        }
        to.rip = Integer.toUnsignedLong(instructionPointer);
        to.rflags = Integer.toUnsignedLong(flags.value());
    }

    // ---- registers

    int register(int number, int size) {
        return switch (size) {
            case 1 -> (registers[number & 3] >> ((number & 4) * 2)) & 0xFF;
            case 2 -> registers[number] & 0xFFFF;
            default -> registers[number];
        };
    }

    void setRegister(int number, int size, int value) {
        switch (size) {
            case 1 -> {
                int shift = (number & 4) * 2;
                int kept = registers[number & 3] & ~(0xFF << shift);
                registers[number & 3] = kept | ((value & 0xFF) << shift);
            }
            case 2 -> registers[number] = (registers[number] & 0xFFFF0000) | (value & 0xFFFF);
            default -> registers[number] = value;
        }
    }

    // ---- operands

    /** The operand that is a register or in memory, zero-extended. */
    int readRm(Instruction i) {
        return i.rm != Instruction.NONE
                ? register(i.rm, i.size)
                : load(i.segment, i.effectiveAddress(registers), i.size);
    }

    void writeRm(Instruction i, int value) {
        if (i.rm != Instruction.NONE) {
            setRegister(i.rm, i.size, value);
        } else {
            store(i.segment, i.effectiveAddress(registers), i.size, value);
        }
    }

    int load(int segment, int offset, int size) {
        return memory.load(linear(segment, offset, size), size);
    }

    void store(int segment, int offset, int size, int value) {
        memory.store(linear(segment, offset, size), size, value);
    }

    private long linear(int segment, int offset, int size) {
        long unsigned = Integer.toUnsignedLong(offset);
        if (unsigned + size - 1 > limit[segment]) {
            throw new Fault("address beyond the segment limit: offset=0x%x".formatted(offset));
        }
        return (base[segment] + unsigned) & 0xFFFF_FFFFL;
    }

    // ---- code

    boolean isCode32() {
        return code32;
    }

    long codeAddress(int offset) {
        return (base[CpuState.CS] + Integer.toUnsignedLong(offset)) & 0xFFFF_FFFFL;
    }

    boolean isWithinCode(int offset, int length) {
        return Integer.toUnsignedLong(offset) + length - 1 <= limit[CpuState.CS];
    }

    void jump(int offset, int size) {
        instructionPointer = size == 2 ? offset & 0xFFFF : offset;
    }

    // ---- segments and control registers

    boolean isProtectedMode() {
        return (rest.cr0 & CR0_PE) != 0;
    }

    void setControlRegister0(int value) {
        if ((value & CR0_PG) != 0) {
            throw new Fault("paging is not supported");
        }
        rest.cr0 = Integer.toUnsignedLong(value) | 0x10;
    }

    void loadSegment(int segment, int selector) {
        SegmentState target = rest.segs[segment];
        if (!isProtectedMode()) {
            target.selector = selector;
            target.base = (long) selector << 4;
        } else if (selector >> 2 == 0) {
            target.set(selector, 0, 0, 0);
        } else {
            loadDescriptor(target, selector);
        }
        segmentChanged(segment);
    }

    private void loadDescriptor(SegmentState target, int selector) {
        if ((selector & 4) != 0 || (selector | 7) > rest.gdt.unsignedLimit()) {
            throw new Fault("no such descriptor: selector=0x%x".formatted(selector));
        }
        long entry = rest.gdt.base + (selector & ~7);
        int low = memory.load(entry & 0xFFFF_FFFFL, 4);
        int high = memory.load((entry + 4) & 0xFFFF_FFFFL, 4);
        if ((high & PRESENT_SEGMENT) != PRESENT_SEGMENT) {
            throw new Fault("not a segment descriptor: selector=0x%x".formatted(selector));
        }
        int span = (low & 0xFFFF) | (high & 0xF0000);
        boolean inPages = (high & GRANULARITY) != 0;
        int start = (low >>> 16) | ((high & 0xFF) << 16) | (high & 0xFF000000);
        target.set(
                selector,
                Integer.toUnsignedLong(start),
                inPages ? (span << 12) | 0xFFF : span,
                (high & 0xF0FF00) | ACCESSED);
    }

    private void segmentChanged(int segment) {
        SegmentState s = rest.segs[segment];
        base[segment] = s.base;
        boolean usable = !isProtectedMode() || (s.flags & PRESENT) != 0;
        limit[segment] = usable ? s.unsignedLimit() : -1;
        if (segment == CpuState.CS) {
            code32 = (s.flags & SegmentState.DEFAULT_32) != 0;
        }
    }
}
