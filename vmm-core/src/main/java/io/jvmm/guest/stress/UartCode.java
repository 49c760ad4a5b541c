package io.jvmm.guest.stress;

import static io.jvmm.guest.stress.Assembler.Condition.EQUAL;
import static io.jvmm.guest.stress.Assembler.Condition.NOT_EQUAL;
import static io.jvmm.guest.stress.Assembler.Op.ADC;
import static io.jvmm.guest.stress.Assembler.Op.ADD;
import static io.jvmm.guest.stress.Assembler.Op.AND;
import static io.jvmm.guest.stress.Assembler.Op.CMP;
import static io.jvmm.guest.stress.Assembler.Op.MOV;
import static io.jvmm.guest.stress.Assembler.Op.SUB;
import static io.jvmm.guest.stress.Assembler.Register.EAX;
import static io.jvmm.guest.stress.Assembler.Register.EBX;
import static io.jvmm.guest.stress.Assembler.Register.ECX;
import static io.jvmm.guest.stress.Assembler.Register.EDI;
import static io.jvmm.guest.stress.Assembler.Register.EDX;
import static io.jvmm.guest.stress.Assembler.Register.ESI;
import static io.jvmm.guest.stress.Assembler.at;

import io.jvmm.guest.stress.Assembler.Address;

/**
 * The part of the guest's program that uses serial ports on the PCI bus. They must give back what
 * is sent to them. ESI is at the port's entry.
 */
final class UartCode {
    private static final int CONFIG_ADDRESS = 0xCF8;
    private static final int CONFIG_DATA = 0xCFC;
    private static final int ENABLED = 0x8000_0000;
    private static final int SLOT_STEP = 1 << 11;
    private static final int END_OF_SLOTS = ENABLED + 32 * SLOT_STEP;

    private static final int COMMAND = 0x04;
    private static final int COMMAND_IO = 1;
    private static final int CLASS = 0x08;
    private static final int CLASS_MASK = 0xFFFF_0000;
    private static final int SERIAL_CONTROLLER = 0x0700_0000;
    private static final int BAR_0 = 0x10;

    private static final int INTERRUPT_ENABLE = 1;
    private static final int FIFO_CONTROL = 2;
    private static final int FIFO_ON_AND_EMPTY = 7;
    private static final int LINE_CONTROL = 3;
    private static final int EIGHT_BITS = 3;
    private static final int LINE_STATUS = 5;
    private static final int DATA_READY = 1;

    private final Assembler code;

    UartCode(Assembler code) {
        this.code = code;
    }

    private static Address uart(int field) {
        return at(ESI, field);
    }

    /** Finds as many ports as the area wants, gives them their place and fills them. */
    void setUp() {
        code.emit(MOV, ESI, at(EBX, StressLayout.NEXT_UART));
        code.emit(CMP, ESI, 0);
        code.jumpIf(EQUAL, "uarts set up");
        code.emit(MOV, EDI, ENABLED + SLOT_STEP);
        code.label("slot");
        readConfig(CLASS);
        code.emit(AND, EAX, CLASS_MASK);
        code.emit(CMP, EAX, SERIAL_CONTROLLER);
        code.jumpIf(NOT_EQUAL, "next slot");
        place();
        fill();
        code.emit(ADD, ESI, StressLayout.UART_SIZE);
        code.emit(CMP, ESI, at(EBX, StressLayout.END_OF_UARTS));
        code.jumpIf(EQUAL, "uarts set up");
        code.label("next slot");
        code.emit(ADD, EDI, SLOT_STEP);
        code.emit(CMP, EDI, END_OF_SLOTS);
        code.jumpIf(NOT_EQUAL, "slot");
        missing();
        code.label("uarts set up");
    }

    /** EDI = the slot as the address register has it. */
    private void readConfig(int register) {
        selectConfig(register);
        code.in();
    }

    private void selectConfig(int register) {
        code.emit(MOV, EAX, EDI);
        code.emit(ADD, EAX, register);
        code.emit(MOV, EDX, CONFIG_ADDRESS);
        code.out();
        code.emit(MOV, EDX, CONFIG_DATA);
    }

    private void place() {
        selectConfig(BAR_0);
        code.emit(MOV, EAX, uart(StressLayout.UART_PORT));
        code.out();
        selectConfig(COMMAND);
        code.emit(MOV, EAX, COMMAND_IO);
        code.out();
        write(INTERRUPT_ENABLE, 0);
        write(LINE_CONTROL, EIGHT_BITS);
        write(FIFO_CONTROL, FIFO_ON_AND_EMPTY);
    }

    private void write(int register, int value) {
        code.emit(MOV, EDX, uart(StressLayout.UART_PORT));
        code.emit(ADD, EDX, register);
        code.emit(MOV, EAX, value);
        code.outByte();
    }

    private void fill() {
        code.emit(MOV, ECX, StressLayout.UART_IN_FLIGHT);
        code.label("fill");
        send();
        code.decrement(ECX);
        code.jumpIf(NOT_EQUAL, "fill");
    }

    /** An error for each port that is not there; the others are used. */
    private void missing() {
        code.emit(MOV, EDX, at(EBX, StressLayout.END_OF_UARTS));
        code.emit(MOV, at(EBX, StressLayout.END_OF_UARTS), ESI);
        code.emit(CMP, ESI, at(EBX, StressLayout.NEXT_UART));
        code.jumpIf(NOT_EQUAL, "missing");
        code.emit(MOV, at(EBX, StressLayout.NEXT_UART), 0);
        code.label("missing");
        code.emit(ADD, uart(StressLayout.UART_ERRORS), 1);
        code.emit(ADD, ESI, StressLayout.UART_SIZE);
        code.emit(CMP, ESI, EDX);
        code.jumpIf(NOT_EQUAL, "missing");
    }

    /** Receives a byte of the port whose turn it is, checks it, and sends another. */
    void exchange() {
        code.emit(MOV, ESI, at(EBX, StressLayout.NEXT_UART));
        code.emit(CMP, ESI, 0);
        code.jumpIf(EQUAL, "exchanged");
        code.emit(MOV, EDX, uart(StressLayout.UART_PORT));
        code.emit(ADD, EDX, LINE_STATUS);
        code.inByte();
        code.emit(AND, EAX, DATA_READY);
        code.jumpIf(EQUAL, "lost");
        receive();
        code.label("send");
        send();
        nextPort();
        code.label("exchanged");
    }

    /** EDX = the line status. What came tells what must come next, so that a slip counts once. */
    private void receive() {
        code.emit(SUB, EDX, LINE_STATUS);
        code.inByte();
        code.emit(AND, EAX, 0xFF);
        code.emit(CMP, EAX, uart(StressLayout.UART_EXPECTED));
        code.jumpIf(EQUAL, "received");
        code.emit(ADD, uart(StressLayout.UART_ERRORS), 1);
        code.label("received");
        storeSuccessor(StressLayout.UART_EXPECTED);
        code.emit(ADD, uart(StressLayout.UART_BYTES), 1);
        code.emit(ADC, uart(StressLayout.UART_BYTES + 4), 0);
        code.jump("send");
        code.label("lost");
        code.emit(ADD, uart(StressLayout.UART_ERRORS), 1);
        code.emit(MOV, EAX, uart(StressLayout.UART_TO_SEND));
        code.emit(MOV, uart(StressLayout.UART_EXPECTED), EAX);
    }

    private void send() {
        code.emit(MOV, EDX, uart(StressLayout.UART_PORT));
        code.emit(MOV, EAX, uart(StressLayout.UART_TO_SEND));
        code.outByte();
        storeSuccessor(StressLayout.UART_TO_SEND);
    }

    /** EAX and 1, as a byte. */
    private void storeSuccessor(int field) {
        code.increment(EAX);
        code.emit(AND, EAX, 0xFF);
        code.emit(MOV, uart(field), EAX);
    }

    private void nextPort() {
        code.emit(ADD, ESI, StressLayout.UART_SIZE);
        code.emit(CMP, ESI, at(EBX, StressLayout.END_OF_UARTS));
        code.jumpIf(NOT_EQUAL, "turn");
        code.emit(MOV, ESI, StressLayout.FIRST_UART);
        code.label("turn");
        code.emit(MOV, at(EBX, StressLayout.NEXT_UART), ESI);
    }
}
