package io.jvmm.stream.wire;

import io.jvmm.stream.StreamWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * How long the destination was in one phase of a switchover, on its own clock.
 *
 * <pre>
 *   list:  u16 count, at most 256; count × (u8 n, n bytes name, u64 start, u64 duration)
 *          at most 8 KiB altogether
 * </pre>
 *
 * @param name the phase, and after a space the device it was about; cut to 127 characters, what is
 *     not printable ASCII becomes '?'
 * @param startNanos when it began, in nanoseconds from the first phase that this side took down,
 *     not negative
 * @param nanos how long it took, not negative
 */
public record PhaseTime(String name, long startNanos, long nanos) {
    /** The name of a line that stands for all that did not fit. */
    public static final String OTHER = "other";

    static final int COUNT_LIMIT = 256;
    static final int BYTES_LIMIT = 8 * 1024;
    private static final int NAME_LIMIT = 127;
    private static final int FIXED_BYTES = 1 + 8 + 8;

    /** Checks the signs and makes the name fit for the wire. */
    public PhaseTime {
        Check.notNegative("startNanos", startNanos);
        Check.notNegative("nanos", nanos);
        Check.notNegative("end", startNanos + nanos);
        name = printable(name.substring(0, Math.min(name.length(), NAME_LIMIT)));
    }

    /** The usual name is fit already: no pattern is needed while the guest is down. */
    private static String printable(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) < ' ' || name.charAt(i) > '~') {
                return name.replaceAll("[^\\x20-\\x7E]", "?");
            }
        }
        return name;
    }

    /**
     * Makes a list fit into a message.
     *
     * @param phases any number
     * @return the first of them, and the rest merged into one line named {@link #OTHER}
     */
    public static List<PhaseTime> fit(List<PhaseTime> phases) {
        if (fits(phases)) {
            return List.copyOf(phases);
        }
        int room = BYTES_LIMIT - 2 - FIXED_BYTES - OTHER.length();
        List<PhaseTime> kept = new ArrayList<>();
        for (PhaseTime phase : phases) {
            room -= phase.bytes();
            if (room < 0 || kept.size() == COUNT_LIMIT - 1) {
                break;
            }
            kept.add(phase);
        }
        kept.add(merged(phases.subList(kept.size(), phases.size())));
        return List.copyOf(kept);
    }

    private static PhaseTime merged(List<PhaseTime> rest) {
        long nanos = 0;
        for (PhaseTime phase : rest) {
            nanos += phase.nanos;
        }
        return new PhaseTime(OTHER, rest.getFirst().startNanos, nanos);
    }

    /** Whether a message can carry them. */
    static boolean fits(List<PhaseTime> phases) {
        return phases.size() <= COUNT_LIMIT && bytes(phases) <= BYTES_LIMIT;
    }

    /** What a list takes. */
    static int bytes(List<PhaseTime> phases) {
        int bytes = 2;
        for (PhaseTime phase : phases) {
            bytes += phase.bytes();
        }
        return bytes;
    }

    static void encode(List<PhaseTime> phases, StreamWriter out) {
        out.putU16(phases.size());
        for (PhaseTime phase : phases) {
            out.putCountedString(phase.name);
            out.putU64(phase.startNanos);
            out.putU64(phase.nanos);
        }
    }

    static List<PhaseTime> decode(PayloadReader payload) {
        int count = payload.getU16();
        if (count > COUNT_LIMIT) {
            throw payload.outOfRange("phases", count, 2);
        }
        List<PhaseTime> phases = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int length = payload.getU8();
            if (length > NAME_LIMIT) {
                throw payload.outOfRange("phase name length", length, 1);
            }
            String name = payload.getString(length);
            long start = payload.getCount63("phase start");
            long nanos = payload.getCount63("phase time");
            if (start + nanos < 0) {
                throw payload.outOfRange("phase end", start + nanos, 8);
            }
            phases.add(new PhaseTime(name, start, nanos));
        }
        if (bytes(phases) > BYTES_LIMIT) {
            throw payload.outOfRange("bytes of phases", bytes(phases), 0);
        }
        return phases;
    }

    private int bytes() {
        return FIXED_BYTES + name.length();
    }
}
