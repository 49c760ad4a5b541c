/**
 * A whole virtual machine: guest, devices, run states and migrations put together.
 *
 * <pre>
 *   VirtualMachine ── what the monitors command
 *     ├── Machine ── hardware and run state; what a migration moves
 *     │     └── GuestMemory, Accelerator, VcpuGroup, devices
 *     ├── OutgoingMigration / IncomingMigration
 *     └── EventBus ── tells the monitors
 * </pre>
 *
 * <p>The only place where things are wired. Commands come from any thread; the migration thread
 * owns the run state during a switchover.
 */
@NullMarked
package io.jvmm.machine;

import org.jspecify.annotations.NullMarked;
