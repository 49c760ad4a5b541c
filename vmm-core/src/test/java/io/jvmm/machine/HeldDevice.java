package io.jvmm.machine;

import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.STOP_COPY;

import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.MigrationSupport;
import io.jvmm.vfio.PrecopyInfo;
import io.jvmm.vfio.VfioBackend;
import io.jvmm.vfio.VfioMigration;
import java.lang.foreign.MemorySegment;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * A device whose driver takes long over one step of a migration: the step is done, and does not
 * return before {@link #release}. In all else it is the device that it stands before.
 */
final class HeldDevice {
    /** Where it is held. A read is a step from a state to itself. */
    private interface Step {
        boolean is(DeviceMigrationState from, DeviceMigrationState to);
    }

    private record Hold(Step step, CountDownLatch reached, CountDownLatch released) {
        Hold(Step step) {
            this(step, new CountDownLatch(1), new CountDownLatch(1));
        }

        void stay() {
            reached.countDown();
            boolean interrupted = false;
            while (released.getCount() > 0) {
                try {
                    released.await();
                } catch (InterruptedException _) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final boolean preCopy;
    private volatile @Nullable Hold hold;

    /** With PRE_COPY, or as if the device had no such state. */
    HeldDevice(boolean preCopy) {
        this.preCopy = preCopy;
    }

    /** It is held when it has entered this state. */
    void holdIn(DeviceMigrationState state) {
        hold = new Hold((from, to) -> from != to && to == state);
    }

    /** It is held when the first part of its state has been read, once it is stopped. */
    void holdInRead() {
        hold = new Hold((from, to) -> from == STOP_COPY && to == STOP_COPY);
    }

    /** It is held when it has taken what was written into it. */
    void holdInLoad() {
        hold = new Hold((from, _) -> from == RESUMING);
    }

    /** Waits until it is held. */
    void awaitHeld() throws InterruptedException {
        current().reached.await();
    }

    /** It is held no more, if it was. */
    void release() {
        Hold now = hold;
        hold = null;
        if (now != null) {
            now.released.countDown();
        }
    }

    private Hold current() {
        Hold now = hold;
        if (now == null) {
            throw new IllegalStateException("The device is not to be held.");
        }
        return now;
    }

    /** Stands before a device that was just opened. */
    VfioBackend before(VfioBackend device) {
        Optional<VfioMigration> migration = device.migration().map(Held::new);
        return (VfioBackend)
                Proxy.newProxyInstance(
                        VfioBackend.class.getClassLoader(),
                        new Class<?>[] {VfioBackend.class},
                        (_, method, arguments) -> {
                            if (method.getName().equals("migration")) {
                                return migration;
                            }
                            try {
                                return method.invoke(device, arguments);
                            } catch (InvocationTargetException e) {
                                throw e.getTargetException();
                            }
                        });
    }

    private void passed(DeviceMigrationState from, DeviceMigrationState to) {
        Hold now = hold;
        if (now != null && now.step.is(from, to)) {
            now.stay();
        }
    }

    private final class Held implements VfioMigration {
        private final VfioMigration device;

        Held(VfioMigration device) {
            this.device = device;
        }

        @Override
        public MigrationSupport support() {
            return new MigrationSupport(
                    device.support().p2p(), preCopy && device.support().preCopy());
        }

        @Override
        public DeviceMigrationState state() {
            return device.state();
        }

        @Override
        public void enter(DeviceMigrationState to) {
            DeviceMigrationState from = device.state();
            device.enter(to);
            passed(from, to);
        }

        @Override
        public long read(MemorySegment into, long offset, long length) {
            long read = device.read(into, offset, length);
            passed(device.state(), device.state());
            return read;
        }

        @Override
        public void write(MemorySegment from, long offset, long length) {
            device.write(from, offset, length);
        }

        @Override
        public Optional<PrecopyInfo> precopyInfo() {
            return device.precopyInfo();
        }

        @Override
        public OptionalLong stopCopySize() {
            return device.stopCopySize();
        }
    }
}
