/**
 * A device server that behaves as it is told: a PCI UART over vfio-user whose migration can be
 * slow, large or wrong on purpose.
 *
 * <pre>
 *   DeviceServer ─► ServedDevice              one per socket, with a thread and a DeviceProgram
 *                      │
 *        DeviceConnection                     one client at a time: commands ─► the parts below
 *          ├─► PciUart ─► PciConfig, UartPort, IrqLine
 *          ├─► MigrationMachine ─► StateSource, StateSink ─► Pattern
 *          └─► DmaSpace ─► DmaWriter          dirties the client's memory
 * </pre>
 *
 * <p>A client that leaves finds the device as it was when it comes back, its migration state
 * included; what belonged to the client (memory, interrupts, dirty log) is gone. Clients are
 * hostile: whatever they send costs them at most their own connection.
 *
 * <p>The state of a device is produced and checked as it goes by, from one block of native memory;
 * it is nowhere as a whole.
 */
@NullMarked
package io.jvmm.vfio.user.server;

import org.jspecify.annotations.NullMarked;
