package io.jvmm.machine;

import io.jvmm.migration.switchover.PhaseListener;
import io.jvmm.migration.switchover.SwitchoverPhase;
import io.jvmm.savevm.VmChangeStateHandler;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * The devices that stop after the vCPUs and run before them, outside a switchover. One thread at a
 * time.
 */
final class DeviceRunStates {
    private static final System.Logger LOG = System.getLogger(DeviceRunStates.class.getName());

    private final List<? extends VmChangeStateHandler> devices;

    DeviceRunStates(List<? extends VmChangeStateHandler> devices) {
        this.devices = List.copyOf(devices);
    }

    List<? extends VmChangeStateHandler> handlers() {
        return devices;
    }

    /** The vCPUs have stopped. A device that refuses is left as it is, and logged. */
    void stop() {
        for (VmChangeStateHandler device : devices) {
            attempt(device, device::prepareStop);
        }
        for (VmChangeStateHandler device : devices) {
            attempt(device, device::stop);
        }
    }

    /**
     * The vCPUs are to run.
     *
     * @param phases told of each device
     * @throws RuntimeException if a device refuses before any of them runs: all are stopped again.
     *     Once one runs, another that refuses is reset, and logged
     */
    void run(PhaseListener phases) {
        try {
            runAll(phases);
        } catch (RuntimeException e) {
            stop();
            throw e;
        }
    }

    private void runAll(PhaseListener phases) {
        for (VmChangeStateHandler device : devices) {
            phases.enter(SwitchoverPhase.DEVICE_START, device.name());
            device.prepareRun();
        }
        for (int i = 0; i < devices.size(); i++) {
            VmChangeStateHandler device = devices.get(i);
            phases.enter(SwitchoverPhase.DEVICE_START, device.name());
            if (i == 0) {
                device.run();
            } else {
                runOrReset(device);
            }
        }
    }

    /** No guest uses them any more: whoever takes them next resets them too. */
    void reset() {
        for (VmChangeStateHandler device : devices) {
            try {
                device.reset();
            } catch (RuntimeException e) {
                LOG.log(Level.DEBUG, "The device is not reset: " + device.name(), e);
            }
        }
    }

    private static void runOrReset(VmChangeStateHandler device) {
        try {
            device.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The device did not run and is reset: " + device.name(), e);
            attempt(device, device::reset);
        }
    }

    private static void attempt(VmChangeStateHandler device, Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "The device refuses: " + device.name(), e);
        }
    }
}
