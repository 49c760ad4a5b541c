package io.jvmm.guest.stress;

import static io.jvmm.guest.stress.Assembler.Condition.ABOVE;
import static io.jvmm.guest.stress.Assembler.Condition.ABOVE_OR_EQUAL;
import static io.jvmm.guest.stress.Assembler.Condition.BELOW;
import static io.jvmm.guest.stress.Assembler.Condition.EQUAL;
import static io.jvmm.guest.stress.Assembler.Condition.NOT_EQUAL;
import static io.jvmm.guest.stress.Assembler.Op.ADC;
import static io.jvmm.guest.stress.Assembler.Op.ADD;
import static io.jvmm.guest.stress.Assembler.Op.CMP;
import static io.jvmm.guest.stress.Assembler.Op.MOV;
import static io.jvmm.guest.stress.Assembler.Op.SBB;
import static io.jvmm.guest.stress.Assembler.Op.SUB;
import static io.jvmm.guest.stress.Assembler.Register.EAX;
import static io.jvmm.guest.stress.Assembler.Register.EBP;
import static io.jvmm.guest.stress.Assembler.Register.EBX;
import static io.jvmm.guest.stress.Assembler.Register.ECX;
import static io.jvmm.guest.stress.Assembler.Register.EDI;
import static io.jvmm.guest.stress.Assembler.Register.EDX;
import static io.jvmm.guest.stress.Assembler.Register.ESI;
import static io.jvmm.guest.stress.Assembler.at;

import io.jvmm.guest.stress.Assembler.Address;

/**
 * The guest's program. Flat 32-bit code, no stack, no interrupts; every vCPU runs it with EBX at
 * its own area. Between pages EDI is the page number, ESI its address, EBP the sweep, ECX the pages
 * left before the clock is read again.
 */
final class StressCode {

    private final Assembler code = new Assembler();
    private final UartCode uarts = new UartCode(code);

    private StressCode() {
        uarts.setUp();
        start();
        batch();
        page();
        mismatch();
        endOfSweep();
        readClock();
        recordPause();
        findShortestPause();
        pace();
    }

    static byte[] assemble() {
        return new StressCode().code.toBytes();
    }

    /** A field of the vCPU's area. */
    private static Address area(int field) {
        return at(EBX, field);
    }

    private static Address highHalf(int field) {
        return at(EBX, field + 4);
    }

    /** The first reading of the clock has nothing to be compared with. */
    private void start() {
        code.emit(MOV, EDX, area(StressLayout.CLOCK_PORT));
        code.in();
        code.emit(MOV, area(StressLayout.LAST), EAX);
        code.emit(MOV, area(StressLayout.DUE), EAX);
        code.emit(ADD, EDX, 4);
        code.in();
        code.emit(MOV, highHalf(StressLayout.LAST), EAX);
        code.emit(MOV, highHalf(StressLayout.DUE), EAX);
        code.emit(MOV, EDI, area(StressLayout.FIRST_PAGE));
        code.emit(MOV, EBP, area(StressLayout.SWEEP));
    }

    private void batch() {
        code.label("batch");
        uarts.exchange();
        code.emit(MOV, ECX, area(StressLayout.PAGES_PER_READING));
        code.multiply(ESI, EDI, StressLayout.PAGE_SIZE);
    }

    /** EAX = the page's new first word, EDX = its old one. */
    private void page() {
        code.label("page");
        code.multiply(EAX, EDI, StressLayout.PAGE_FACTOR);
        code.multiply(EDX, EBP, StressLayout.SWEEP_FACTOR);
        code.emit(ADD, EAX, EDX);
        code.emit(CMP, EBP, 1); // the first sweep has nothing to check
        code.jumpIf(EQUAL, "write");
        code.emit(MOV, EDX, EAX);
        code.emit(SUB, EDX, StressLayout.SWEEP_FACTOR);
        for (int word = 0; word < StressLayout.WORD_COUNT; word++) {
            code.emit(CMP, EDX, at(ESI, StressLayout.wordOffset(word)));
            code.jumpIf(NOT_EQUAL, "mismatch");
            code.emit(ADD, EDX, StressLayout.WORD_STEP);
        }
        code.label("write");
        for (int word = 0; word < StressLayout.WORD_COUNT; word++) {
            code.emit(MOV, at(ESI, StressLayout.wordOffset(word)), EAX);
            code.emit(ADD, EAX, StressLayout.WORD_STEP);
        }
        code.increment(EDI);
        code.emit(MOV, EAX, EDI);
        code.emit(SUB, EAX, area(StressLayout.FIRST_PAGE));
        code.emit(MOV, area(StressLayout.POSITION), EAX);
        code.emit(ADD, ESI, StressLayout.PAGE_SIZE);
        code.emit(CMP, EDI, area(StressLayout.END_PAGE));
        code.jumpIf(EQUAL, "end of sweep");
        code.label("next");
        code.decrement(ECX);
        code.jumpIf(EQUAL, "clock");
        code.emit(CMP, ECX, area(StressLayout.PAGES_PER_READING));
        code.jumpIf(BELOW, "page");
        code.emit(ADD, area(StressLayout.ERRORS), 1); // a count that cannot be: ECX was lost
        code.jump("clock");
    }

    /** Counts the page and goes on with it. */
    private void mismatch() {
        code.label("mismatch");
        code.emit(ADD, area(StressLayout.ERRORS), 1);
        code.emit(CMP, area(StressLayout.FIRST_ERROR), 0);
        code.jumpIf(NOT_EQUAL, "write");
        code.emit(MOV, area(StressLayout.FIRST_ERROR), ESI);
        code.jump("write");
    }

    /** In this order, so that sweep and position can be told whenever the vCPU is stopped. */
    private void endOfSweep() {
        code.label("end of sweep");
        code.increment(EBP);
        code.emit(MOV, area(StressLayout.NEXT_SWEEP), EBP);
        code.emit(MOV, area(StressLayout.POSITION), 0);
        code.emit(MOV, area(StressLayout.SWEEP), EBP);
        code.emit(MOV, EDI, area(StressLayout.FIRST_PAGE));
        code.multiply(ESI, EDI, StressLayout.PAGE_SIZE);
        code.jump("next");
    }

    /** EDX:ECX = now. A clock that went back is another host's: nothing to record, all is due. */
    private void readClock() {
        code.label("clock");
        code.emit(MOV, EDX, area(StressLayout.CLOCK_PORT));
        code.in();
        code.emit(MOV, ECX, EAX);
        code.emit(ADD, EDX, 4);
        code.in();
        code.emit(MOV, EDX, EAX);
        code.emit(MOV, EAX, ECX);
        code.emit(SUB, EAX, area(StressLayout.LAST));
        code.emit(MOV, area(StressLayout.GAP), EAX);
        code.emit(MOV, EAX, EDX);
        code.emit(SBB, EAX, highHalf(StressLayout.LAST));
        code.emit(MOV, highHalf(StressLayout.GAP), EAX);
        code.jumpIf(BELOW, "went back");
        code.emit(MOV, ESI, area(StressLayout.SHORTEST));
        code.emit(CMP, EAX, at(ESI, StressLayout.PAUSE_LENGTH + 4));
        code.jumpIf(BELOW, "remember");
        code.jumpIf(ABOVE, "record");
        code.emit(MOV, EAX, area(StressLayout.GAP));
        code.emit(CMP, EAX, at(ESI, StressLayout.PAUSE_LENGTH));
        code.jumpIf(ABOVE, "record");
        code.jump("remember");
        code.label("went back");
        code.emit(MOV, area(StressLayout.DUE), ECX);
        code.emit(MOV, highHalf(StressLayout.DUE), EDX);
        code.label("remember");
        code.emit(MOV, area(StressLayout.LAST), ECX);
        code.emit(MOV, highHalf(StressLayout.LAST), EDX);
        code.jump("pace");
    }

    /** Over the shortest entry, which ESI points to; it began at the reading before this one. */
    private void recordPause() {
        code.label("record");
        code.emit(ADD, area(StressLayout.PAUSE_SEQUENCE), 1);
        copy(area(StressLayout.GAP), at(ESI, StressLayout.PAUSE_LENGTH));
        copy(highHalf(StressLayout.GAP), at(ESI, StressLayout.PAUSE_LENGTH + 4));
        copy(area(StressLayout.LAST), at(ESI, StressLayout.PAUSE_START));
        copy(highHalf(StressLayout.LAST), at(ESI, StressLayout.PAUSE_START + 4));
        code.emit(ADD, area(StressLayout.PAUSE_SEQUENCE), 1);
        code.emit(MOV, area(StressLayout.LAST), ECX);
        code.emit(MOV, highHalf(StressLayout.LAST), EDX);
    }

    private void findShortestPause() {
        code.emit(MOV, ESI, EBX);
        code.emit(ADD, ESI, StressLayout.PAUSES);
        code.emit(MOV, EDX, ESI); // the shortest so far
        code.emit(MOV, ECX, StressLayout.PAUSE_COUNT - 1);
        code.label("compare");
        code.emit(ADD, ESI, StressLayout.PAUSE_SIZE);
        code.emit(MOV, EAX, at(ESI, StressLayout.PAUSE_LENGTH + 4));
        code.emit(CMP, EAX, at(EDX, StressLayout.PAUSE_LENGTH + 4));
        code.jumpIf(ABOVE, "longer");
        code.jumpIf(BELOW, "shorter");
        code.emit(MOV, EAX, at(ESI, StressLayout.PAUSE_LENGTH));
        code.emit(CMP, EAX, at(EDX, StressLayout.PAUSE_LENGTH));
        code.jumpIf(ABOVE_OR_EQUAL, "longer");
        code.label("shorter");
        code.emit(MOV, EDX, ESI);
        code.label("longer");
        code.decrement(ECX);
        code.jumpIf(NOT_EQUAL, "compare");
        code.emit(MOV, area(StressLayout.SHORTEST), EDX);
    }

    /** Waits, reading the clock, until the next pages are due. Time lost in a pause stays lost. */
    private void pace() {
        code.label("pace");
        code.emit(CMP, area(StressLayout.NANOS_PER_READING), 0);
        code.jumpIf(EQUAL, "batch");
        compareLastWithDue();
        code.jumpIf(BELOW, "clock");
        code.emit(MOV, EAX, area(StressLayout.DUE));
        code.emit(ADD, EAX, area(StressLayout.NANOS_PER_READING));
        code.emit(MOV, area(StressLayout.DUE), EAX);
        code.emit(MOV, EAX, highHalf(StressLayout.DUE));
        code.emit(ADC, EAX, 0);
        code.emit(MOV, highHalf(StressLayout.DUE), EAX);
        compareLastWithDue();
        code.jumpIf(BELOW, "batch");
        copy(area(StressLayout.LAST), area(StressLayout.DUE));
        copy(highHalf(StressLayout.LAST), highHalf(StressLayout.DUE));
        code.jump("batch");
    }

    /** 64 bits: BELOW is right afterwards, the other conditions are not. */
    private void compareLastWithDue() {
        code.emit(MOV, EAX, area(StressLayout.LAST));
        code.emit(SUB, EAX, area(StressLayout.DUE));
        code.emit(MOV, EAX, highHalf(StressLayout.LAST));
        code.emit(SBB, EAX, highHalf(StressLayout.DUE));
    }

    private void copy(Address from, Address to) {
        code.emit(MOV, EAX, from);
        code.emit(MOV, to, EAX);
    }
}
