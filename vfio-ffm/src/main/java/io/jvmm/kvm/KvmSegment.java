package io.jvmm.kvm;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;

/**
 * A segment register with its hidden part ({@code struct kvm_segment}). The single attribute bytes
 * are read and written as the <i>access rights</i>, the upper double word of a descriptor without
 * its base and limit:
 *
 * <pre>
 *   bit   8–11  12  13–14  15  20   21  22  23
 *         type   s   dpl    p  avl   l  db   g
 * </pre>
 *
 * @param segment the struct
 */
public record KvmSegment(MemorySegment segment) {
    static final StructLayout LAYOUT =
            MemoryLayout.structLayout(
                            JAVA_LONG.withName("base"),
                            JAVA_INT.withName("limit"),
                            JAVA_SHORT.withName("selector"),
                            JAVA_BYTE.withName("type"),
                            JAVA_BYTE.withName("present"),
                            JAVA_BYTE.withName("dpl"),
                            JAVA_BYTE.withName("db"),
                            JAVA_BYTE.withName("s"),
                            JAVA_BYTE.withName("l"),
                            JAVA_BYTE.withName("g"),
                            JAVA_BYTE.withName("avl"),
                            JAVA_BYTE.withName("unusable"),
                            JAVA_BYTE.withName("padding"))
                    .withName("kvm_segment");

    private static final long BASE = Structs.offset(LAYOUT, "base");
    private static final long LIMIT = Structs.offset(LAYOUT, "limit");
    private static final long SELECTOR = Structs.offset(LAYOUT, "selector");
    private static final long TYPE = Structs.offset(LAYOUT, "type");
    private static final long PRESENT = Structs.offset(LAYOUT, "present");
    private static final long DPL = Structs.offset(LAYOUT, "dpl");
    private static final long DB = Structs.offset(LAYOUT, "db");
    private static final long S = Structs.offset(LAYOUT, "s");
    private static final long L = Structs.offset(LAYOUT, "l");
    private static final long G = Structs.offset(LAYOUT, "g");
    private static final long AVL = Structs.offset(LAYOUT, "avl");
    private static final long UNUSABLE = Structs.offset(LAYOUT, "unusable");

    private static final int TYPE_SHIFT = 8;
    private static final int S_SHIFT = 12;
    private static final int DPL_SHIFT = 13;
    private static final int PRESENT_SHIFT = 15;
    private static final int AVL_SHIFT = 20;
    private static final int L_SHIFT = 21;
    private static final int DB_SHIFT = 22;
    private static final int G_SHIFT = 23;

    /**
     * Checks the size.
     *
     * @throws IllegalArgumentException if the memory is too small
     */
    public KvmSegment {
        Structs.checked(segment, LAYOUT);
    }

    /**
     * Linear address of the first byte.
     *
     * @return the base
     */
    public long base() {
        return segment.get(JAVA_LONG, BASE);
    }

    /**
     * Highest offset in bytes, whatever the granularity.
     *
     * @return the limit, unsigned
     */
    public int limit() {
        return segment.get(JAVA_INT, LIMIT);
    }

    /**
     * The visible part.
     *
     * @return 16 bits
     */
    public int selector() {
        return Short.toUnsignedInt(segment.get(JAVA_SHORT, SELECTOR));
    }

    /**
     * The attributes as access rights; an unusable segment has none.
     *
     * @return see the picture above
     */
    public int accessRights() {
        if (get(UNUSABLE) != 0) {
            return 0;
        }
        return get(TYPE) << TYPE_SHIFT
                | get(S) << S_SHIFT
                | get(DPL) << DPL_SHIFT
                | get(PRESENT) << PRESENT_SHIFT
                | get(AVL) << AVL_SHIFT
                | get(L) << L_SHIFT
                | get(DB) << DB_SHIFT
                | get(G) << G_SHIFT;
    }

    /**
     * Writes all parts. A segment that is not present becomes unusable.
     *
     * @param selector the visible part
     * @param base linear address of the first byte
     * @param limit highest offset in bytes
     * @param accessRights see the picture above
     */
    public void set(int selector, long base, int limit, int accessRights) {
        segment.set(JAVA_LONG, BASE, base);
        segment.set(JAVA_INT, LIMIT, limit);
        segment.set(JAVA_SHORT, SELECTOR, (short) selector);
        set(TYPE, accessRights >> TYPE_SHIFT & 0xf);
        set(S, accessRights >> S_SHIFT & 1);
        set(DPL, accessRights >> DPL_SHIFT & 3);
        set(PRESENT, accessRights >> PRESENT_SHIFT & 1);
        set(AVL, accessRights >> AVL_SHIFT & 1);
        set(L, accessRights >> L_SHIFT & 1);
        set(DB, accessRights >> DB_SHIFT & 1);
        set(G, accessRights >> G_SHIFT & 1);
        set(UNUSABLE, (accessRights >> PRESENT_SHIFT & 1) ^ 1);
    }

    private int get(long field) {
        return segment.get(JAVA_BYTE, field);
    }

    private void set(long field, int value) {
        segment.set(JAVA_BYTE, field, (byte) value);
    }
}
