/**
 * Device models and their migratable state.
 *
 * <p>A {@link io.jvmm.device.PortBus} gives each vCPU access to the device that has the port. A
 * device keeps everything that migrates in a state object with public fields, which a description
 * saves and loads while the vCPUs are stopped.
 *
 * <p>Threads: devices are called by all vCPU threads and lock themselves.
 */
@NullMarked
package io.jvmm.device;

import org.jspecify.annotations.NullMarked;
