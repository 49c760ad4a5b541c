package io.jvmm.guest.stress;

import io.jvmm.savevm.ram.RamBlock;

/** Where everything is in the guest's memory. All fields are little-endian, 32 bits if not said. */
final class StressLayout {

    static final int PAGE_SIZE = RamBlock.PAGE_SIZE;

    static final int CODE = 0x1000;

    // ---- header

    static final int HEADER = 0x2000;

    /** 64 bits: "jvmmload". */
    static final int MAGIC = HEADER;

    static final int VERSION = HEADER + 0x08;
    static final int VCPUS = HEADER + 0x0C;

    static final long MAGIC_VALUE = 0x64616F6C_6D6D766AL;
    static final int VERSION_VALUE = 1;

    // ---- areas, one per vCPU

    static final int FIRST_AREA = 0x2100;
    static final int AREA_SIZE = 0x100;
    static final int MAXIMUM_VCPUS = 16;

    // ---- serial ports on the PCI bus, used by the first vCPU

    static final int FIRST_UART = FIRST_AREA + AREA_SIZE * MAXIMUM_VCPUS;
    static final int UART_SIZE = 0x20;
    static final int MAXIMUM_UARTS = 16;

    /** First address behind all this: where a working set may begin. */
    static final int END = FIRST_UART + UART_SIZE * MAXIMUM_UARTS;

    // ---- fields of an area: parameters

    /** Page number of the slice's first page. */
    static final int FIRST_PAGE = 0x00;

    /** Page number behind the slice's last page. */
    static final int END_PAGE = 0x04;

    static final int CLOCK_PORT = 0x08;

    /** Pages written between two readings of the clock. */
    static final int PAGES_PER_READING = 0x0C;

    /** Time that these may take at least; 0 = as fast as it can. */
    static final int NANOS_PER_READING = 0x10;

    // ---- fields of an area: results

    /** The sweep under way, from 1. */
    static final int SWEEP = 0x14;

    /** One ahead of {@link #SWEEP} only while a sweep ends. */
    static final int NEXT_SWEEP = 0x18;

    /** Pages finished in this sweep. */
    static final int POSITION = 0x1C;

    /** Pages found with a wrong word, and page counts out of range. */
    static final int ERRORS = 0x20;

    /** Address of the first of these pages, 0 = none. */
    static final int FIRST_ERROR = 0x24;

    /** Odd while the entry at {@link #SHORTEST} is being written. */
    static final int PAUSE_SEQUENCE = 0x28;

    /** Address of the shortest of the eight pauses. */
    static final int SHORTEST = 0x2C;

    /** 64 bits: the last reading of the clock. */
    static final int LAST = 0x30;

    /** 64 bits: when the next pages are due. */
    static final int DUE = 0x38;

    /** 64 bits: between the last two readings. */
    static final int GAP = 0x40;

    /** Address of the serial port that is next; 0 = uses none. */
    static final int NEXT_UART = 0x48;

    /** Address behind the last one. */
    static final int END_OF_UARTS = 0x4C;

    /** Eight entries. */
    static final int PAUSES = 0x50;

    static final int PAUSE_COUNT = 8;
    static final int PAUSE_SIZE = 0x10;

    /** In an entry, 64 bits each: when it began and how long it took. */
    static final int PAUSE_START = 0x00;

    static final int PAUSE_LENGTH = 0x08;

    // ---- fields of a serial port

    /** Its first port, given to it by the guest. */
    static final int UART_PORT = 0x00;

    /** The byte to be sent next. */
    static final int UART_TO_SEND = 0x04;

    /** The byte that must come next. */
    static final int UART_EXPECTED = 0x08;

    /** Bytes that did not come, or were others; and 1 if there is no such port. */
    static final int UART_ERRORS = 0x0C;

    /** 64 bits: bytes received. */
    static final int UART_BYTES = 0x10;

    /** Bytes that are always on their way, so that a migration has to carry them. */
    static final int UART_IN_FLIGHT = 8;

    /** Port of the first; they are 0x100 apart. */
    static final int UART_FIRST_PORT = 0xC000;

    static final int UART_PORT_STEP = 0x100;

    // ---- the pattern

    /** Offsets of a page's words. */
    private static final int[] WORDS = {0x000, 0x554, 0xAA8, 0xFFC};

    static final int WORD_COUNT = WORDS.length;

    /** The first word of a page is page number * PAGE_FACTOR + sweep * SWEEP_FACTOR. */
    static final int PAGE_FACTOR = 0x9E3779B1;

    static final int SWEEP_FACTOR = 0x85EBCA6B;

    /** From one word of a page to the next. */
    static final int WORD_STEP = 0xC2B2AE35;

    private StressLayout() {}

    static int area(int vcpu) {
        return FIRST_AREA + vcpu * AREA_SIZE;
    }

    static int uart(int index) {
        return FIRST_UART + index * UART_SIZE;
    }

    static int wordOffset(int word) {
        return WORDS[word];
    }

    /** Word of a page after a sweep; before the first one all are zero. */
    static int word(long page, int sweep, int word) {
        if (sweep == 0) {
            return 0;
        }
        return (int) page * PAGE_FACTOR + sweep * SWEEP_FACTOR + word * WORD_STEP;
    }
}
