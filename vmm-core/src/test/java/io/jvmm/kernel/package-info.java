/**
 * The kernel tier: tests that run inside a booted Linux kernel which has VFIO's sample devices.
 *
 * <p>{@link io.jvmm.kernel.KernelTierTest} is an ordinary test of the host. It boots the kernel
 * once, under emulation, with the scripts of {@code src/test/kernel}; {@link
 * io.jvmm.kernel.GuestMain} runs there all classes named {@code …KernelTest}, and what becomes of
 * each test comes back as a {@link io.jvmm.kernel.GuestEvent} and is reported by a dynamic test of
 * the host. {@link io.jvmm.kernel.GuestDevices} names the devices.
 *
 * <pre>
 *   host     KernelTierTest ── KernelGuest ── boot.sh ── QEMU
 *                                  ▲                       │
 *                                  └── lines of GuestEvent ┘ virtio port
 *   guest    init ── GuestMain ── JUnit ── …KernelTest ── /dev/vfio
 * </pre>
 */
@NullMarked
package io.jvmm.kernel;

import org.jspecify.annotations.NullMarked;
