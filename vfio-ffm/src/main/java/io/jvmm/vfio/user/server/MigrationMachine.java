package io.jvmm.vfio.user.server;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

import io.jvmm.linux.Errno;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationArcs;
import java.lang.foreign.MemorySegment;

/**
 * The device's side of the migration state machine: goes the shortest way, arc by arc, each as the
 * program says.
 *
 * <p>One thread, but for {@link #state} and {@link #program}.
 */
final class MigrationMachine {
    private final PciUart uart;
    private final DmaWriter dma;
    private final Pause pause;
    private final RateGate rate;
    private final StateSource source;
    private final StateSink sink;
    private final MigrationArcs arcs;
    private volatile DeviceProgram program;
    private volatile DeviceMigrationState state = RUNNING;

    MigrationMachine(PciUart uart, DmaWriter dma, Pause pause, DeviceProgram program) {
        this.uart = uart;
        this.dma = dma;
        this.pause = pause;
        this.program = program;
        Pattern pattern = new Pattern();
        rate = new RateGate(pause);
        source = new StateSource(pattern);
        sink = new StateSink(pattern, uart.portCount());
        arcs = MigrationArcs.of(program.support());
    }

    DeviceMigrationState state() {
        return state;
    }

    DeviceProgram program() {
        return program;
    }

    void program(DeviceProgram changed) {
        program = changed;
    }

    /** Goes to a state; a way that breaks off leaves the device where it broke off. */
    void enter(DeviceMigrationState to) {
        for (DeviceMigrationState next : arcs.path(state, to)) {
            step(next);
        }
    }

    private void step(DeviceMigrationState to) {
        ArcRule rule = program.rule(state, to);
        pause.sleep(rule.delay().toNanos());
        switch (rule.outcome()) {
            case ArcOutcome.Pass _ -> {}
            case ArcOutcome.Hang _ -> pause.hang();
            case ArcOutcome.Disconnect _ -> throw new ConnectionEndException(false);
            case ArcOutcome.Die _ -> throw new ConnectionEndException(true);
            case ArcOutcome.Refuse refuse ->
                    throw new RefusedException(
                            refuse.errno(), "The program refuses: from=" + state + " to=" + to);
            case ArcOutcome.Fail _ -> {
                arrive(ERROR);
                throw new RefusedException(
                        Errno.EIO, "The program fails: from=" + state + " to=" + to);
            }
        }
        arrive(to);
    }

    private void arrive(DeviceMigrationState to) {
        if (state == RESUMING && to != ERROR) {
            load();
        }
        dma.setRunning(to.isRunning()); // before anything is saved
        if (!to.isSaving()) {
            source.end();
        } else if (!state.isSaving()) {
            source.begin(program, uart.portCount());
        }
        if (to == STOP_COPY) {
            source.addFinal(program.stateSize(), uart);
        } else if (to.isSaving() && !state.isSaving()) {
            program.precopy().ifPresent(source::addPrecopy);
        }
        if (to == RESUMING) {
            sink.begin();
        } else {
            sink.end();
        }
        state = to;
    }

    private void load() {
        if (!sink.isComplete()) {
            throw new RefusedException(
                    Errno.EINVAL, "The device has not been given a whole state: state=RESUMING");
        }
        uart.load(sink.portStates(), 0);
    }

    /** Leaves every state, ERROR included. Registers stay as they are, as with mtty. */
    void reset() {
        source.end();
        sink.end();
        dma.setRunning(true);
        state = RUNNING;
    }

    /**
     * Takes the next piece of state out, which {@link #pieceMemory} and {@link #pieceOffset} show.
     *
     * @return its length, at most what is wanted; 0 if there is nothing now
     */
    long next(long wanted) {
        if (!state.isSaving()) {
            throw new RefusedException(Errno.EINVAL, "Nothing can be read: state=" + state);
        }
        long length = source.next(wanted);
        rate.pass(length, program.dataRate());
        return length;
    }

    MemorySegment pieceMemory() {
        return source.memory();
    }

    long pieceOffset() {
        return source.offset();
    }

    /** Takes state. */
    void write(MemorySegment from, long offset, long length) {
        if (state != RESUMING) {
            throw new RefusedException(Errno.EINVAL, "Nothing can be written: state=" + state);
        }
        rate.pass(length, program.dataRate());
        sink.write(from, offset, length);
    }

    /** Bytes that would be left to read in STOP_COPY. */
    long stopCopySize() {
        if (state == STOP_COPY) {
            return source.left();
        }
        long whole = StateFormat.streamSize(uart.portCount(), program.stateSize());
        long header = StateFormat.RECORD_HEADER + StateFormat.HEADER_SIZE;
        return state.isSaving() ? whole - header + source.left() : whole;
    }
}
