package io.jvmm.vfio.check;

import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationArcs;
import io.jvmm.vfio.SessionAnswer;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioException;
import io.jvmm.vfio.VfioMigration;
import java.lang.foreign.MemorySegment;
import java.util.Optional;
import java.util.function.Supplier;

/** A device under check. Every call to it is a step of the watch. One thread. */
final class Subject {
    private final VfioBackend backend;
    private final VfioMigration migration;
    private final MigrationArcs arcs;
    private final StepWatch watch;
    private final Optional<Uart> uart;

    /**
     * What a device answered to a request for a state.
     *
     * @param refusal why it refused; empty if it did not
     * @param session whether a session of data has begun
     * @param nanos how long the answer took
     */
    record Answer(Optional<SyscallException> refusal, SessionAnswer session, long nanos) {}

    /** A device that can migrate. */
    Subject(VfioBackend backend, VfioMigration migration, StepWatch watch) {
        this.backend = backend;
        this.migration = migration;
        this.watch = watch;
        arcs = MigrationArcs.of(migration.support());
        uart = Uart.isSerialPort(backend) ? Optional.of(new Uart(this)) : Optional.empty();
    }

    String name() {
        return backend.name();
    }

    VfioBackend backend() {
        return backend;
    }

    VfioMigration migration() {
        return migration;
    }

    MigrationArcs arcs() {
        return arcs;
    }

    /** Makes any other call to the device. */
    <T> T step(String name, Supplier<T> call) {
        return watch.step("%s of %s".formatted(name, name()), call);
    }

    DeviceMigrationState state() {
        return step("get of the state", migration::state);
    }

    /**
     * Resets it, by the rules: in any state, and to RUNNING.
     *
     * @return nanoseconds
     */
    long reset(DeviceMigrationState from) {
        return step(
                "reset from " + from,
                () -> {
                    long start = System.nanoTime();
                    backend.reset();
                    return System.nanoTime() - start;
                });
    }

    /**
     * Brings it to a fresh RUNNING: by a reset, or where that is refused by its arcs first.
     *
     * @throws DeviceLostException if it does not get there
     */
    void fresh() {
        try {
            DeviceMigrationState from = state();
            try {
                reset(from);
            } catch (SyscallException e) {
                if (from == DeviceMigrationState.RUNNING) {
                    throw e;
                }
                go(DeviceMigrationState.RUNNING);
                reset(DeviceMigrationState.RUNNING);
            }
            requireState(DeviceMigrationState.RUNNING, "after a reset");
        } catch (SyscallException | VfioException | CheckFailedException e) {
            throw new DeviceLostException(
                    "The device does not come back to RUNNING: " + e.getMessage(), e);
        }
    }

    /** Prepares it for a save: fresh, and with something in it that must not be lost. */
    void prepare() {
        fresh();
        uart.ifPresent(Uart::fill);
    }

    /** Prepares it for a load: fresh, and with nothing left of what it had. */
    void blank() {
        fresh();
        uart.ifPresent(Uart::clear);
    }

    /** Requires it to have what {@link #prepare} put into it; that is taken out. */
    void requirePrepared() {
        uart.ifPresent(port -> port.requireReceived(Uart.FILL));
    }

    Optional<Uart> uart() {
        return uart;
    }

    /** Requires it to stand somewhere. */
    void requireState(DeviceMigrationState expected, String when) {
        DeviceMigrationState state = state();
        if (state != expected) {
            throw new CheckFailedException(
                    "the device is in %s instead of %s %s".formatted(state, expected, when));
        }
    }

    /** Walks arc by arc from where it is; the result is nanoseconds in all. */
    long go(DeviceMigrationState to) {
        DeviceMigrationState at = state();
        long nanos = 0;
        for (DeviceMigrationState next : arcs.path(at, to)) {
            nanos += arc(at, next);
            at = next;
        }
        return nanos;
    }

    private long arc(DeviceMigrationState from, DeviceMigrationState to) {
        String name = "%s -> %s".formatted(from, to);
        try {
            return step(
                    name,
                    () -> {
                        long start = System.nanoTime();
                        migration.enter(to);
                        return System.nanoTime() - start;
                    });
        } catch (SyscallException e) {
            throw new CheckFailedException(
                    "the arc %s is refused: errno=%s state=%s".formatted(name, e.errno(), state()));
        }
    }

    /** Asks for a state, whether it leads there or not. */
    Answer request(DeviceMigrationState from, DeviceMigrationState to) {
        return step(
                "request of %s in %s".formatted(to, from),
                () -> {
                    long start = System.nanoTime();
                    try {
                        SessionAnswer session = migration.request(to);
                        long nanos = System.nanoTime() - start;
                        return new Answer(Optional.empty(), session, nanos);
                    } catch (SyscallException e) {
                        long nanos = System.nanoTime() - start;
                        return new Answer(Optional.of(e), SessionAnswer.UNTOLD, nanos);
                    }
                });
    }

    /** Reads state into the beginning of memory. */
    long read(MemorySegment into, long length) {
        return step("read of state", () -> migration.read(into, 0, length));
    }

    /** Writes state from the beginning of memory. */
    void write(MemorySegment from, long length) {
        step(
                "write of state",
                () -> {
                    migration.write(from, 0, length);
                    return length;
                });
    }
}
