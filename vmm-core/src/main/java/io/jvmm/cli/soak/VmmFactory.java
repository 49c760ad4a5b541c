package io.jvmm.cli.soak;

import io.jvmm.migration.DeviceDelays;

/** Makes the two sides. */
interface VmmFactory {
    /** A machine whose stress guest runs. */
    Vmm withGuest(DeviceDelays delays);

    /** A machine that waits for a guest, and stays if it does not come. */
    Vmm waiting(DeviceDelays delays);
}
