package io.jvmm.guest.interp;

import io.jvmm.guest.SegmentState;

/** Descriptor tables and control registers. */
final class SystemOperations {

    private static final int TABLE_BASE_16 = 0xFFFFFF;

    private SystemOperations() {}

    static void loadGdt(Processor cpu, Instruction i) {
        loadTable(cpu, i, cpu.rest.gdt);
    }

    static void loadIdt(Processor cpu, Instruction i) {
        loadTable(cpu, i, cpu.rest.idt);
    }

    /** Two bytes of limit, four of base, of which 16-bit code uses three. */
    private static void loadTable(Processor cpu, Instruction i, SegmentState table) {
        if (i.rm != Instruction.NONE) {
            throw new Fault("unknown instruction");
        }
        int address = i.effectiveAddress(cpu.registers);
        int limit = cpu.load(i.segment, address, 2);
        int base = cpu.load(i.segment, address + 2, 4);
        if (i.size == 2) {
            base &= TABLE_BASE_16;
        }
        table.set(0, Integer.toUnsignedLong(base), limit, 0);
    }

    static void controlToRegister(Processor cpu, Instruction i) {
        long value =
                switch (i.reg) {
                    case 0 -> cpu.rest.cr0;
                    case 2 -> cpu.rest.cr2;
                    case 3 -> cpu.rest.cr3;
                    case 4 -> cpu.rest.cr4;
                    default -> throw new Fault("unknown control register");
                };
        cpu.setRegister(requireRegister(i), 4, (int) value);
    }

    static void registerToControl(Processor cpu, Instruction i) {
        int value = cpu.register(requireRegister(i), 4);
        long unsigned = Integer.toUnsignedLong(value);
        switch (i.reg) {
            case 0 -> cpu.setControlRegister0(value);
            case 2 -> cpu.rest.cr2 = unsigned;
            case 3 -> cpu.rest.cr3 = unsigned;
            case 4 -> cpu.rest.cr4 = unsigned;
            default -> throw new Fault("unknown control register");
        }
    }

    private static int requireRegister(Instruction i) {
        if (i.rm == Instruction.NONE) {
            throw new Fault("unknown instruction");
        }
        return i.rm;
    }
}
