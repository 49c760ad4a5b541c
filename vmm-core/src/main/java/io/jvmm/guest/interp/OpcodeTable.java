package io.jvmm.guest.interp;

import static io.jvmm.guest.interp.Form.Immediate.ADDRESS;
import static io.jvmm.guest.interp.Form.Immediate.BYTE;
import static io.jvmm.guest.interp.Form.Immediate.FAR;
import static io.jvmm.guest.interp.Form.Immediate.FULL;
import static io.jvmm.guest.interp.Form.Immediate.WORD;
import static io.jvmm.guest.interp.Form.UNKNOWN;
import static io.jvmm.guest.interp.Form.group;
import static io.jvmm.guest.interp.Form.modRm;
import static io.jvmm.guest.interp.Form.plain;

import java.util.Arrays;
import java.util.function.Function;

/** The opcode map: one byte, and two bytes beginning with 0F. */
final class OpcodeTable {

    private final Form[] oneByte = new Form[256];
    private final Form[] twoBytes = new Form[256];

    OpcodeTable() {
        Arrays.fill(oneByte, UNKNOWN);
        Arrays.fill(twoBytes, UNKNOWN);
        arithmetic();
        moves();
        stack();
        shifts();
        unaryGroups();
        jumps();
        ports();
        flagsAndSystem();
        afterEscape();
    }

    Form oneByte(int opcode) {
        return oneByte[opcode];
    }

    Form twoBytes(int opcode) {
        return twoBytes[opcode];
    }

    private void arithmetic() {
        for (Arithmetic.Binary op : Arithmetic.Binary.values()) {
            int first = op.code() * 8;
            pair(first, modRm(Arithmetic.toRm(op)));
            pair(first + 2, modRm(Arithmetic.toRegister(op)));
            pair(first + 4, plain(Arithmetic.toAccumulator(op)).with(FULL));
        }
        pair(0x80, binaryGroup(FULL));
        oneByte[0x83] = binaryGroup(BYTE);
        range(0x40, 8, plain(Arithmetic::incrementRegister));
        range(0x48, 8, plain(Arithmetic::decrementRegister));
        pair(0x84, modRm(Arithmetic::testRegister));
        pair(0xA8, plain(Arithmetic::testAccumulator).with(FULL));
        oneByte[0x69] = modRm(Arithmetic::multiplyImmediate).with(FULL);
        oneByte[0x6B] = modRm(Arithmetic::multiplyImmediate).with(BYTE);
    }

    private static Form binaryGroup(Form.Immediate immediate) {
        Form[] members = new Form[8];
        for (Arithmetic.Binary op : Arithmetic.Binary.values()) {
            members[op.code()] = modRm(Arithmetic.immediateToRm(op)).with(immediate);
        }
        return group(members);
    }

    private void moves() {
        pair(0x86, modRm(Moves::exchange));
        pair(0x88, modRm(Moves::registerToRm));
        pair(0x8A, modRm(Moves::rmToRegister));
        oneByte[0x8C] = modRm(Moves::segmentToRm);
        oneByte[0x8D] = modRm(Moves::loadEffectiveAddress);
        oneByte[0x8E] = modRm(Moves::rmToSegment);
        range(0x90, 8, plain(Moves::exchangeAccumulator));
        oneByte[0x98] = plain(Moves::extendAccumulator);
        oneByte[0x99] = plain(Moves::extendIntoDx);
        pair(0xA0, plain(Moves::memoryToAccumulator).with(ADDRESS));
        pair(0xA2, plain(Moves::accumulatorToMemory).with(ADDRESS));
        range(0xB0, 8, plain(Moves::immediateToRegister).bytes().with(FULL));
        range(0xB8, 8, plain(Moves::immediateToRegister).with(FULL));
        pair(0xC6, only(modRm(Moves::immediateToRm).with(FULL)));
    }

    private void stack() {
        range(0x50, 8, plain(Stack::pushRegister));
        range(0x58, 8, plain(Stack::popRegister));
        oneByte[0x68] = plain(Stack::pushImmediate).with(FULL);
        oneByte[0x6A] = plain(Stack::pushImmediate).with(BYTE);
        oneByte[0x8F] = only(modRm(Stack::popRm));
        oneByte[0x9C] = plain(Stack::pushFlags);
        oneByte[0x9D] = plain(Stack::popFlags);
        oneByte[0xC2] = plain(Stack::returnAndDrop).with(WORD);
        oneByte[0xC3] = plain(Stack::returnNear);
        oneByte[0xE8] = plain(Stack::callRelative).with(FULL);
    }

    private void shifts() {
        pair(0xC0, shiftGroup(kind -> modRm(Shifts.byImmediate(kind)).with(BYTE)));
        pair(0xD0, shiftGroup(kind -> modRm(Shifts.byOne(kind))));
        pair(0xD2, shiftGroup(kind -> modRm(Shifts.byCl(kind))));
    }

    private static Form shiftGroup(Function<Shifts.Kind, Form> form) {
        Form[] members = new Form[8];
        Arrays.fill(members, UNKNOWN);
        for (Shifts.Kind kind : Shifts.Kind.values()) {
            members[kind.code()] = form.apply(kind);
        }
        return group(members);
    }

    private void unaryGroups() {
        Form unary =
                group(
                        modRm(Arithmetic::testImmediate).with(FULL),
                        UNKNOWN,
                        modRm(Arithmetic::not),
                        modRm(Arithmetic::negate),
                        modRm(Arithmetic::multiplyUnsigned),
                        modRm(Arithmetic::multiplySigned),
                        modRm(Arithmetic::divideUnsigned),
                        modRm(Arithmetic::divideSigned));
        pair(0xF6, unary);
        Form increment = modRm(Arithmetic::incrementRm);
        Form decrement = modRm(Arithmetic::decrementRm);
        Form call = modRm(Stack::callRm);
        Form jump = modRm(Jumps::toRm);
        Form push = modRm(Stack::pushRm);
        Form none = UNKNOWN;
        oneByte[0xFE] = group(increment, decrement, none, none, none, none, none, none).bytes();
        oneByte[0xFF] = group(increment, decrement, call, none, jump, none, push, none);
    }

    private void jumps() {
        for (int condition = 0; condition < 16; condition++) {
            oneByte[0x70 + condition] = plain(Jumps.onCondition(condition)).with(BYTE);
            twoBytes[0x80 + condition] = plain(Jumps.onCondition(condition)).with(FULL);
            twoBytes[0x90 + condition] = modRm(Moves.setOnCondition(condition)).bytes();
        }
        oneByte[0xE0] = plain(Jumps::loopWhileNotZero).with(BYTE);
        oneByte[0xE1] = plain(Jumps::loopWhileZero).with(BYTE);
        oneByte[0xE2] = plain(Jumps::loop).with(BYTE);
        oneByte[0xE3] = plain(Jumps::ifCxZero).with(BYTE);
        oneByte[0xE9] = plain(Jumps::relative).with(FULL);
        oneByte[0xEA] = plain(Jumps::far).with(FAR);
        oneByte[0xEB] = plain(Jumps::relative).with(BYTE);
    }

    private void ports() {
        pair(0xE4, plain(Ports::inImmediate).with(BYTE));
        pair(0xE6, plain(Ports::outImmediate).with(BYTE));
        pair(0xEC, plain(Ports::inDx));
        pair(0xEE, plain(Ports::outDx));
    }

    private void flagsAndSystem() {
        oneByte[0xF4] = plain((cpu, _) -> cpu.halted = true);
        oneByte[0xF5] = plain((cpu, _) -> cpu.flags.setCarry(cpu.flags.carry() ^ 1));
        oneByte[0xF8] = plain((cpu, _) -> cpu.flags.setCarry(0));
        oneByte[0xF9] = plain((cpu, _) -> cpu.flags.setCarry(1));
        oneByte[0xFA] = plain((cpu, _) -> cpu.flags.clear(Flags.IF));
        oneByte[0xFB] = plain((cpu, _) -> cpu.flags.set(Flags.IF));
        oneByte[0xFC] = plain((cpu, _) -> cpu.flags.clear(Flags.DF));
        oneByte[0xFD] = plain((cpu, _) -> cpu.flags.set(Flags.DF));
    }

    private void afterEscape() {
        Form loadGdt = modRm(SystemOperations::loadGdt);
        Form loadIdt = modRm(SystemOperations::loadIdt);
        Form none = UNKNOWN;
        twoBytes[0x01] = group(none, none, loadGdt, loadIdt, none, none, none, none);
        twoBytes[0x20] = modRm(SystemOperations::controlToRegister);
        twoBytes[0x22] = modRm(SystemOperations::registerToControl);
        twoBytes[0xAF] = modRm(Arithmetic::multiplyRegister);
        twoBytes[0xB6] = modRm(Moves.extend(1, false));
        twoBytes[0xB7] = modRm(Moves.extend(2, false));
        twoBytes[0xBE] = modRm(Moves.extend(1, true));
        twoBytes[0xBF] = modRm(Moves.extend(2, true));
    }

    /** The even opcode works on bytes, the odd one on full operands. */
    private void pair(int even, Form form) {
        oneByte[even] = form.bytes();
        oneByte[even + 1] = form;
    }

    private void range(int first, int count, Form form) {
        for (int i = 0; i < count; i++) {
            oneByte[first + i] = form;
        }
    }

    /** A group with its first member alone. */
    private static Form only(Form first) {
        Form none = UNKNOWN;
        return group(first, none, none, none, none, none, none, none);
    }
}
