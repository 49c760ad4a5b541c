package io.jvmm.guest;

import java.util.HexFormat;

/** Why {@link VcpuEngine#run} returned. */
public sealed interface VcpuStop {

    /** The one instance of {@link Kicked}, so that a stop allocates nothing. */
    Kicked KICKED = new Kicked();

    /** The one instance of {@link Halted}. */
    Halted HALTED = new Halted();

    /** Somebody called {@link VcpuEngine#kick}. */
    record Kicked() implements VcpuStop {}

    /** The guest executed HLT. */
    record Halted() implements VcpuStop {}

    /**
     * The guest cannot go on: an instruction that the accelerator does not know, an address where
     * nothing is, a triple fault.
     *
     * @param address linear address of the instruction
     * @param bytes its first bytes in hex, empty if they could not be read
     * @param text what happened
     */
    record Crashed(long address, String bytes, String text) implements VcpuStop {

        /**
         * A crash with the instruction's bytes.
         *
         * @param address linear address of the instruction
         * @param instruction its first bytes
         * @param text what happened
         * @return the report
         */
        public static Crashed at(long address, byte[] instruction, String text) {
            String bytes = HexFormat.ofDelimiter(" ").formatHex(instruction);
            return new Crashed(address, bytes, text);
        }

        @Override
        public String toString() {
            return "%s address=0x%x bytes=[%s]".formatted(text, address, bytes);
        }
    }
}
