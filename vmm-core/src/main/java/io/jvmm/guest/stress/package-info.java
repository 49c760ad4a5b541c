/**
 * The built-in guest: 32-bit machine code that dirties memory, checks what it finds there, and
 * measures its own pauses; and the host's view of it.
 *
 * <pre>
 *   0x1000  code                          {@link io.jvmm.guest.stress.StressCode}
 *   0x2000  header, one area per vCPU     {@link io.jvmm.guest.stress.StressLayout}
 *   …       working set, cut into one slice per vCPU
 * </pre>
 *
 * <p>A vCPU sweeps its slice for ever. In sweep s each page gets four words made of its page number
 * and s, and must still hold those of sweep s − 1; so every page can be verified at any stop, and a
 * page that was lost, torn or is one migration round too old shows. Position and sweep are carried
 * in registers and written to memory page by page: a wrong register shows as well.
 *
 * <p>Every few pages it reads the pause clock. The eight longest times between two readings are
 * kept: the guest's own word on how long it did not run.
 *
 * <p>Threads: the host side has no state of its own; its methods may be called by any thread. While
 * the guest runs a report is a snapshot, and a verification means nothing.
 */
@NullMarked
package io.jvmm.guest.stress;

import org.jspecify.annotations.NullMarked;
