package io.jvmm.device;

import io.jvmm.vmstate.FieldType;
import io.jvmm.vmstate.VmStateDescription;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the guest did before it was stopped for the migration: QEMU's section {@code globalstate},
 * version 1.
 *
 * <pre>
 *    0  u32  length of the name + 1
 *    4  100  name of the run state, zero behind it
 *            (since QEMU 9.0 the name has 32 bytes, then two flags about suspension: bytes 36, 37)
 * </pre>
 *
 * <p>Written in the older form, which both read; flags and all.
 */
public final class GlobalState {
    /** How the section looks. */
    public static final VmStateDescription<GlobalState> DESCRIPTION =
            VmStateDescription.<GlobalState>named("globalstate")
                    .field(FieldType.UINT32, "size", g -> g.size, (g, v) -> g.size = v)
                    .buffer("runstate", GlobalState.LENGTH, g -> g.bytes)
                    .preLoad(GlobalState::clear)
                    .check(GlobalState::fault)
                    .build();

    private static final int LENGTH = 100;

    /** Since QEMU 9.0 the flags begin here, so a name must end before. */
    private static final int NAME_LIMIT = 32;

    private static final int WAS_SUSPENDED_VALID = 32;
    private static final int WAS_SUSPENDED = 33;

    private final byte[] bytes = new byte[LENGTH];
    private long size = 1;

    /** Says nothing, as a stream without this section does. */
    public GlobalState() {}

    /**
     * Says what the guest did. Allocates nothing.
     *
     * @param runState QEMU's name of the run state, such as {@code running} or {@code paused}; at
     *     most 31 ASCII characters
     */
    public void set(String runState) {
        if (runState.length() >= NAME_LIMIT) {
            throw new IllegalArgumentException(
                    "A run state's name has at most 31 characters: name=" + runState);
        }
        clear();
        for (int i = 0; i < runState.length(); i++) {
            bytes[i] = (byte) runState.charAt(i);
        }
        size = runState.length() + 1L;
    }

    /** Says nothing, which a receiver takes for running. */
    public void clear() {
        Arrays.fill(bytes, (byte) 0);
        size = 1;
    }

    /**
     * Whether the guest was in this run state. Allocates nothing.
     *
     * @param runState QEMU's name
     * @return true if exactly this name is here
     */
    public boolean is(String runState) {
        int length = nameLength();
        if (length != runState.length()) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (bytes[i] != runState.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The name of the run state.
     *
     * @return empty if nothing is said
     */
    public String runState() {
        return new String(bytes, 0, nameLength(), StandardCharsets.US_ASCII);
    }

    /**
     * Whether the sender says that its guest was asleep before it was stopped; only QEMU from 9.0
     * on says it.
     *
     * @return false if it says no or nothing
     */
    public boolean wasSuspended() {
        return bytes[WAS_SUSPENDED_VALID] != 0 && bytes[WAS_SUSPENDED] != 0;
    }

    private int nameLength() {
        int length = 0;
        while (length < NAME_LIMIT && bytes[length] != 0) {
            length++;
        }
        return length;
    }

    private static @Nullable String fault(GlobalState state) {
        int length = state.nameLength();
        if (length == NAME_LIMIT) {
            return "runstate is longer than 31 bytes";
        }
        for (int i = 0; i < length; i++) {
            if (state.bytes[i] < ' ' || state.bytes[i] > '~') {
                return "byte=%d of runstate".formatted(Byte.toUnsignedInt(state.bytes[i]));
            }
        }
        if (state.size != length + 1L) {
            return "size=%d expected=%d".formatted(state.size, length + 1);
        }
        return null;
    }
}
