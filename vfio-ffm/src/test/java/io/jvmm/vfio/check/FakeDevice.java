package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY;
import static io.jvmm.vfio.DeviceMigrationState.PRE_COPY_P2P;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import io.jvmm.linux.Errno;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceInfo;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationArcs;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.RegionInfo;
import io.jvmm.vfio.SessionAnswer;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A serial port in memory that can do wrong. Its state is eight bytes of header, given in PRE_COPY,
 * then the number of bytes in its FIFO and the bytes.
 */
final class FakeDevice implements VfioMigration {
    /** What it does wrong. */
    enum Fault {
        ENTERS_PRE_COPY_FROM_STOP_COPY,
        ENTERS_ERROR_WHEN_ASKED,
        STAYS_WHERE_IT_IS,
        MOVES_WHEN_IT_REFUSES,
        CANNOT_WALK_BY_ITSELF,
        CANNOT_BE_WALKED,
        BEGINS_SESSION_TWICE,
        BEGINS_NO_SESSION,
        NEVER_ENDS,
        GIVES_MORE_BEHIND_THE_END,
        FORGETS_ITS_DATA,
        FORGETS_ITS_DATA_ON_CANCEL,
        FORGETS_LATE_DATA,
        BEGINS_ANEW_AFTER_PRE_COPY,
        COUNTS_INITIAL_BYTES_WRONG,
        ACCEPTS_BAD_HEADER,
        ACCEPTS_SHORT_STATE,
        ACCEPTS_LONG_STATE,
        RESETS_ONLY_WHILE_RUNNING,
        RESETS_NOT_OUT_OF_RESUMING
    }

    private static final byte[] HEADER = {'F', 'A', 'K', 'E', 'U', 'A', 'R', 'T'};
    private static final int FIFO_SIZE = 16;
    private static final MigrationArcs ARCS = MigrationArcs.of(new MigrationSupport(true, true));

    private final Set<Fault> faults;
    private final Deque<Integer> fifo = new ArrayDeque<>();
    private byte[] data = {};
    private int at;
    private int headerLeft;
    private DeviceMigrationState state = RUNNING;

    FakeDevice(Fault... faults) {
        this.faults = EnumSet.noneOf(Fault.class);
        this.faults.addAll(List.of(faults));
    }

    /** The device around its migration. */
    VfioBackend backend() {
        return (VfioBackend)
                Proxy.newProxyInstance(
                        VfioBackend.class.getClassLoader(),
                        new Class<?>[] {VfioBackend.class},
                        (_, method, arguments) ->
                                switch (method.getName()) {
                                    case "name" -> "fake";
                                    case "info" -> new DeviceInfo(true, true, 9, 5);
                                    case "region" -> region((int) arguments[0]);
                                    case "readRegister" ->
                                            readRegister((int) arguments[0], (long) arguments[1]);
                                    case "writeRegister" -> {
                                        writeRegister((long) arguments[1], (long) arguments[3]);
                                        yield null;
                                    }
                                    case "migration" -> Optional.of(this);
                                    case "dmaLogging" -> Optional.empty();
                                    case "reset" -> {
                                        reset();
                                        yield null;
                                    }
                                    default ->
                                            throw new UnsupportedOperationException(
                                                    method.getName());
                                });
    }

    /** A device of another kind. */
    static VfioBackend withoutMigration() {
        return (VfioBackend)
                Proxy.newProxyInstance(
                        VfioBackend.class.getClassLoader(),
                        new Class<?>[] {VfioBackend.class},
                        (_, method, _) ->
                                method.getName().equals("name")
                                        ? "fake display"
                                        : Optional.empty());
    }

    private static RegionInfo region(int index) {
        long size = index == 0 ? 8 : index == DeviceInfo.CONFIG_REGION ? 256 : 0;
        return new RegionInfo(index, size, 0, true, true, List.of());
    }

    private long readRegister(int region, long offset) {
        if (region == DeviceInfo.CONFIG_REGION) {
            return 0x0700;
        }
        if (offset == 5) {
            return fifo.isEmpty() ? 0x60 : 0x61;
        }
        return fifo.isEmpty() ? 0 : fifo.remove();
    }

    private void writeRegister(long offset, long value) {
        if (offset == 2) {
            fifo.clear();
        } else {
            fifo.add((int) value);
        }
    }

    private void reset() {
        boolean refused =
                (has(Fault.RESETS_ONLY_WHILE_RUNNING) && state != RUNNING)
                        || (has(Fault.RESETS_NOT_OUT_OF_RESUMING) && state == RESUMING);
        if (refused) {
            throw refusal(Errno.EINVAL);
        }
        state = RUNNING;
    }

    @Override
    public MigrationSupport support() {
        return new MigrationSupport(true, true);
    }

    @Override
    public DeviceMigrationState state() {
        return state;
    }

    @Override
    public void enter(DeviceMigrationState to) {
        if (has(Fault.CANNOT_BE_WALKED)
                && state == STOP
                && to == DeviceMigrationState.RUNNING_P2P) {
            throw refusal(Errno.EINVAL);
        }
        request(to);
    }

    @Override
    public SessionAnswer request(DeviceMigrationState to) {
        DeviceMigrationState from = state;
        boolean toError = has(Fault.ENTERS_ERROR_WHEN_ASKED) && to == ERROR;
        boolean back = has(Fault.ENTERS_PRE_COPY_FROM_STOP_COPY) && from == STOP_COPY;
        if (toError || (back && to == PRE_COPY)) {
            state = to;
            return SessionAnswer.NONE;
        }
        if (has(Fault.STAYS_WHERE_IT_IS) && from == RUNNING && to == STOP) {
            return SessionAnswer.NONE;
        }
        List<DeviceMigrationState> way = way(from, to);
        if (has(Fault.CANNOT_WALK_BY_ITSELF) && way.size() > 2) {
            throw refusal(Errno.EINVAL);
        }
        way.forEach(this::step);
        return answer(from, to);
    }

    private List<DeviceMigrationState> way(DeviceMigrationState from, DeviceMigrationState to) {
        try {
            return ARCS.path(from, to);
        } catch (VfioException _) {
            if (has(Fault.MOVES_WHEN_IT_REFUSES) && from == STOP_COPY) {
                state = STOP;
            }
            throw refusal(Errno.EINVAL);
        }
    }

    private SessionAnswer answer(DeviceMigrationState from, DeviceMigrationState to) {
        if (has(Fault.BEGINS_SESSION_TWICE) && from == PRE_COPY_P2P && to == STOP_COPY) {
            return SessionAnswer.BEGUN;
        }
        if (has(Fault.BEGINS_NO_SESSION) && to == RESUMING) {
            return SessionAnswer.NONE;
        }
        boolean begins =
                (to.isSaving() && !from.isSaving()) || (to == RESUMING && from != RESUMING);
        return begins ? SessionAnswer.BEGUN : SessionAnswer.NONE;
    }

    private void step(DeviceMigrationState to) {
        if (state == RESUMING) {
            load();
        }
        if (to == RESUMING) {
            data = new byte[0];
        }
        if (to.isSaving() && !state.isSaving()) {
            data = HEADER.clone();
            headerLeft = HEADER.length;
            at = 0;
            if (to == PRE_COPY && has(Fault.FORGETS_LATE_DATA)) {
                addFifo();
            }
        }
        if (to == STOP_COPY) {
            finishData();
        }
        if (has(Fault.FORGETS_ITS_DATA_ON_CANCEL) && state == STOP_COPY) {
            fifo.clear();
        }
        state = to;
    }

    private void finishData() {
        if (has(Fault.BEGINS_ANEW_AFTER_PRE_COPY) && at > 0) {
            data = HEADER.clone();
            at = 0;
        }
        if (data.length == HEADER.length) {
            addFifo();
        }
    }

    private void addFifo() {
        int length = data.length;
        boolean forgets = has(Fault.FORGETS_ITS_DATA);
        data = Arrays.copyOf(data, length + 1 + (forgets ? 0 : fifo.size()));
        data[length] = (byte) (forgets ? 0 : fifo.size());
        int next = length + 1;
        for (int octet : forgets ? List.<Integer>of() : fifo) {
            data[next++] = (byte) octet;
        }
    }

    private void load() {
        boolean whole = data.length > HEADER.length && data.length - 1 - HEADER.length >= data[8];
        if (!whole && has(Fault.ACCEPTS_SHORT_STATE) && data.length > 0) {
            return;
        }
        if (!whole) {
            throw refusal(Errno.EINVAL);
        }
        fifo.clear();
        for (int i = 0; i < data[HEADER.length] && i < FIFO_SIZE; i++) {
            fifo.add(Byte.toUnsignedInt(data[HEADER.length + 1 + i]));
        }
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        if (!state.isSaving()) {
            throw refusal(Errno.EINVAL);
        }
        if (has(Fault.NEVER_ENDS) && state == STOP_COPY) {
            return length;
        }
        boolean running = state != STOP_COPY;
        int end = running ? HEADER.length : data.length;
        int count = (int) Math.max(0, Math.min(length, end - at));
        if (count == 0 && has(Fault.GIVES_MORE_BEHIND_THE_END) && state == STOP_COPY) {
            faults.remove(Fault.GIVES_MORE_BEHIND_THE_END);
            data = Arrays.copyOf(data, data.length + 1);
            return 0;
        }
        MemorySegment.copy(data, at, into, JAVA_BYTE, offset, count);
        at += count;
        headerLeft = Math.max(0, HEADER.length - at);
        return count;
    }

    @Override
    public void write(MemorySegment from, long offset, long length) {
        if (state != RESUMING) {
            throw refusal(Errno.EINVAL);
        }
        byte[] more = from.asSlice(offset, length).toArray(JAVA_BYTE);
        byte[] all = Arrays.copyOf(data, data.length + more.length);
        System.arraycopy(more, 0, all, data.length, more.length);
        int known = Math.min(all.length, HEADER.length);
        if (!has(Fault.ACCEPTS_BAD_HEADER) && !Arrays.equals(all, 0, known, HEADER, 0, known)) {
            throw refusal(Errno.EFAULT);
        }
        boolean tooLong = all.length > HEADER.length && all.length - 1 - HEADER.length > all[8];
        if (tooLong && !has(Fault.ACCEPTS_LONG_STATE)) {
            throw refusal(Errno.ENOMEM);
        }
        data = all;
    }

    @Override
    public Optional<PrecopyInfo> precopyInfo() {
        long initial = has(Fault.COUNTS_INITIAL_BYTES_WRONG) ? HEADER.length : headerLeft;
        return Optional.of(new PrecopyInfo(initial, 0, false));
    }

    @Override
    public OptionalLong stopCopySize() {
        return OptionalLong.of(HEADER.length + 1L + fifo.size());
    }

    private boolean has(Fault fault) {
        return faults.contains(fault);
    }

    private SyscallException refusal(Errno errno) {
        return new SyscallException("request", errno, "state=" + state);
    }
}
