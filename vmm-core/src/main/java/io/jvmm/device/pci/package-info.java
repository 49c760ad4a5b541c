/**
 * A PCI bus with what its functions have in common.
 *
 * <pre>
 *   vCPU ── PortBus ── PciBus ─┬─ ports 0xCF8, 0xCFC ── readConfig, writeConfig ─┐
 *                              └─ windows of the BARs ── readBar, writeBar ──────┴─ PciFunction
 * </pre>
 *
 * <p>One bus, 31 slots, one function in each; no bridges, no interrupt controller. What a function
 * is behind its registers is its own matter; where its BARs lie is decided here, by its {@link
 * io.jvmm.device.pci.PciConfig}.
 *
 * <p>Threads: called by all vCPU threads at once. A BAR may move while another vCPU uses it; the
 * access goes to one of the two places then.
 */
@NullMarked
package io.jvmm.device.pci;

import org.jspecify.annotations.NullMarked;
