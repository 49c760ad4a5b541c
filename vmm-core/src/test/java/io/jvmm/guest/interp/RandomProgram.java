package io.jvmm.guest.interp;

import java.io.ByteArrayOutputStream;
import java.util.SplittableRandom;

/**
 * A random straight piece of 32-bit code: arithmetic, shifts, moves, conditions, stack, on
 * registers and on the words at ESI. It leaves ESI alone and ends with a HLT. Flags that the
 * manuals leave undefined never reach a register, a jump or the end.
 */
final class RandomProgram {

    private static final int[] FREE_REGISTERS = {0, 1, 2, 3, 5, 7};
    private static final int ESI = 6;
    private static final int ALL_FLAGS = 0x8D5;
    private static final int NO_AF = 0x8C5;
    private static final int NO_AF_AND_OF = 0x0C5;
    private static final int CARRY_ALONE = 0x001;
    private static final int CARRY_AND_OVERFLOW = 0x801;

    private final SplittableRandom random;
    private final ByteArrayOutputStream code = new ByteArrayOutputStream();

    private RandomProgram(SplittableRandom random) {
        this.random = random;
    }

    static byte[] of(SplittableRandom random, int instructions) {
        RandomProgram program = new RandomProgram(random);
        for (int i = 0; i < instructions; i++) {
            program.instruction();
        }
        program.bytes(0x39, 0xCB, 0xF4); // CMP EBX, ECX: no undefined flag is left; HLT
        return program.code.toByteArray();
    }

    private void instruction() {
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> binary();
            case 3 -> binaryConstant();
            case 4 -> incrementOrDecrement();
            case 5 -> unary();
            case 6 -> shift();
            case 7 -> multiply();
            case 8 -> move();
            case 9 -> extend();
            case 10 -> condition();
            default -> stack();
        }
    }

    private void binary() {
        int operation = random.nextInt(8);
        boolean wide = random.nextBoolean();
        prefix(wide);
        bytes(operation * 8 + (wide ? 1 : 0) + random.nextInt(2) * 2);
        modRm(register(wide), wide);
        flagsOf(operation);
    }

    private void binaryConstant() {
        int operation = random.nextInt(8);
        boolean half = random.nextBoolean();
        if (half) {
            bytes(0x66);
        }
        if (random.nextBoolean()) {
            bytes(0x83);
            modRm(operation, true);
            bytes(random.nextInt(256));
        } else {
            bytes(0x81);
            modRm(operation, true);
            constant(half ? 2 : 4);
        }
        flagsOf(operation);
    }

    /** AF is undefined after OR, AND and XOR. */
    private void flagsOf(int operation) {
        boolean logic = operation == 1 || operation == 4 || operation == 6;
        keepFlags(logic ? NO_AF : ALL_FLAGS);
    }

    private void incrementOrDecrement() {
        prefix(true);
        bytes((random.nextBoolean() ? 0x40 : 0x48) + register(true));
        keepFlags(ALL_FLAGS);
    }

    private void unary() {
        boolean wide = random.nextBoolean();
        boolean negate = random.nextBoolean();
        prefix(wide);
        bytes(wide ? 0xF7 : 0xF6);
        modRm(negate ? 3 : 2, wide);
        if (negate) {
            keepFlags(ALL_FLAGS);
        }
    }

    private void shift() {
        boolean wide = random.nextBoolean();
        int[] kinds = {0, 1, 2, 3, 4, 5, 7};
        int kind = kinds[random.nextInt(kinds.length)];
        boolean rotates = kind < 4;
        prefix(wide);
        if (random.nextBoolean()) {
            bytes(wide ? 0xD1 : 0xD0);
            modRm(kind, wide);
            keepFlags(rotates ? ALL_FLAGS & ~0x10 : NO_AF);
        } else {
            bytes(wide ? 0xC1 : 0xC0);
            modRm(kind, wide);
            // a shift of a byte or word by more than its width leaves CF undefined, too
            int count = random.nextInt(wide ? 16 : 8);
            bytes(count);
            keepFlags(NO_AF_AND_OF);
        }
    }

    private void multiply() {
        switch (random.nextInt(3)) {
            case 0 -> {
                boolean wide = random.nextBoolean();
                prefix(wide);
                bytes(wide ? 0xF7 : 0xF6);
                modRm(4 + random.nextInt(2), wide);
            }
            case 1 -> {
                prefix(true);
                bytes(0x0F, 0xAF);
                modRm(register(true), true);
            }
            default -> {
                bytes(0x69);
                modRm(register(true), true);
                constant(4);
            }
        }
        keepFlags(CARRY_AND_OVERFLOW);
    }

    private void move() {
        boolean wide = random.nextBoolean();
        prefix(wide);
        int[] opcodes = {0x86, 0x88, 0x8A};
        bytes(opcodes[random.nextInt(opcodes.length)] + (wide ? 1 : 0));
        modRm(register(wide), wide);
    }

    private void extend() {
        switch (random.nextInt(3)) {
            case 0 -> {
                int[] opcodes = {0xB6, 0xB7, 0xBE, 0xBF};
                int opcode = opcodes[random.nextInt(opcodes.length)];
                bytes(0x0F, opcode);
                modRm(register(true), (opcode & 1) != 0);
            }
            case 1 -> {
                prefix(true);
                bytes(random.nextBoolean() ? 0x98 : 0x99);
            }
            default -> {
                bytes(0x8D, 0x84 | register(true) << 3, scaledIndex());
                constant(4);
            }
        }
    }

    /** A scaled index on a base. */
    private int scaledIndex() {
        return random.nextInt(4) << 6 | register(true) << 3 | register(true);
    }

    /** Jcc over an INC, or SETcc. Begins with a CMP: all flags are defined. */
    private void condition() {
        bytes(0x39, 0xC0 | register(true) << 3 | register(true));
        int condition = random.nextInt(16);
        if (random.nextBoolean()) {
            bytes(0x70 + condition, 1, 0x40 + register(true));
        } else {
            bytes(0x0F, 0x90 + condition);
            modRm(0, false);
        }
    }

    private void stack() {
        if (random.nextBoolean()) {
            bytes(0x50 + register(true), 0x58 + register(true));
        } else {
            bytes(0xFF);
            modRm(6, true);
            bytes(0x8F);
            modRm(0, true);
        }
    }

    /** Now and then: the flags that are defined into EDX; then a CMP defines all. */
    private void keepFlags(int defined) {
        if (random.nextInt(3) == 0) {
            bytes(0x9C, 0x5A, 0x81, 0xE2);
            u32(defined);
        }
        if (defined != ALL_FLAGS) {
            int carryKept = defined & CARRY_ALONE;
            bytes(0x39, 0xC0 | carryKept << 3);
        }
    }

    private void prefix(boolean wide) {
        if (wide && random.nextInt(3) == 0) {
            bytes(0x66);
        }
    }

    /** A register or [ESI + disp8] as the other operand. */
    private void modRm(int reg, boolean wide) {
        if (random.nextInt(3) == 0) {
            bytes(0x40 | reg << 3 | ESI, random.nextInt(16) * 4);
        } else {
            bytes(0xC0 | reg << 3 | register(wide));
        }
    }

    /** Bytes have AL to BH: none is part of ESI or ESP. */
    private int register(boolean wide) {
        return wide ? FREE_REGISTERS[random.nextInt(FREE_REGISTERS.length)] : random.nextInt(8);
    }

    private void constant(int size) {
        for (int i = 0; i < size; i++) {
            bytes(random.nextInt(256));
        }
    }

    private void u32(int value) {
        bytes(value & 0xFF, value >> 8 & 0xFF, value >> 16 & 0xFF, value >>> 24);
    }

    private void bytes(int... values) {
        for (int value : values) {
            code.write(value);
        }
    }
}
