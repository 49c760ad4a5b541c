package io.jvmm.machine;

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
    /** What it is held in; a read has no state of its own. */
    private record Hold(
            @Nullable DeviceMigrationState state, CountDownLatch reached, CountDownLatch released) {
        Hold(@Nullable DeviceMigrationState state) {
            this(state, new CountDownLatch(1), new CountDownLatch(1));
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
        hold = new Hold(state);
    }

    /** It is held when the first part of its state has been read, once it is stopped. */
    void holdInRead() {
        hold = new Hold(null);
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

    private void passed(@Nullable DeviceMigrationState state) {
        Hold now = hold;
        if (now != null && now.state == state) {
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
            device.enter(to);
            passed(to);
        }

        @Override
        public long read(MemorySegment into, long offset, long length) {
            long read = device.read(into, offset, length);
            if (device.state() == DeviceMigrationState.STOP_COPY) {
                passed(null);
            }
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
