package io.jvmm.machine;

import io.jvmm.guest.CpuState;
import io.jvmm.guest.VcpuGroup;

/** The vCPUs as the run state sees them; a machine may have none. */
interface GuestCpus extends AutoCloseable {
    int count();

    CpuState state(int index);

    void requestStop();

    boolean awaitStopped();

    void resume();

    /** Waits until every vCPU is entered, or somebody stops them. */
    void awaitRunning();

    /** Sets every vCPU to what its {@link #state} holds; they are stopped. */
    void loadStates();

    @Override
    void close();

    /** A machine without vCPUs: stops at once. */
    final class None implements GuestCpus {
        private volatile boolean stopped = true;

        @Override
        public int count() {
            return 0;
        }

        @Override
        public CpuState state(int index) {
            throw new IndexOutOfBoundsException("There is no vCPU: index=" + index);
        }

        @Override
        public void requestStop() {
            stopped = true;
        }

        @Override
        public boolean awaitStopped() {
            return stopped;
        }

        @Override
        public void resume() {
            stopped = false;
        }

        @Override
        public void awaitRunning() {}

        @Override
        public void loadStates() {}

        @Override
        public void close() {}
    }

    /** The threads of a {@link VcpuGroup}. */
    record Group(VcpuGroup group) implements GuestCpus {
        @Override
        public int count() {
            return group.count();
        }

        @Override
        public CpuState state(int index) {
            return group.state(index);
        }

        @Override
        public void requestStop() {
            group.requestStop();
        }

        @Override
        public boolean awaitStopped() {
            return group.awaitStopped();
        }

        @Override
        public void resume() {
            group.resume();
        }

        @Override
        public void awaitRunning() {
            group.awaitRunning();
        }

        @Override
        public void loadStates() {
            for (int i = 0; i < group.count(); i++) {
                group.load(i, group.state(i));
            }
        }

        @Override
        public void close() {
            group.close();
        }
    }
}
