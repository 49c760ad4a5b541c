package io.jvmm.migration;

import io.jvmm.savevm.SavePhases;

/**
 * The phases of the devices' save, the first of them slow on purpose.
 *
 * @param phases told of each device
 * @param delay spent in the first device
 */
record SlowSave(SavePhases phases, DeviceDelay delay) implements SavePhases {
    @Override
    public void enter(String device) {
        phases.enter(device);
        delay.spend();
    }

    @Override
    public void leave() {
        phases.leave();
    }
}
