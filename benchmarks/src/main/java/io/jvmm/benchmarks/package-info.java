/**
 * What this program costs, measured: JMH benchmarks by subject, and programs of their own where a
 * distribution is asked for and not a mean.
 *
 * <pre>
 *   jmh           RingPublishBenchmark, DeviceStateBenchmark, IoctlBenchmark, VfioIoctlBenchmark
 *   ioctl         IoctlComparison: the same ioctl by FFM, JNA and C in one table
 *   lateness      DeadlineLateness: how late the deadline watch fires
 *   abort         AbortLatency: whole switchovers that their limit aborts
 *   device-state  DeviceStateTransfer: guests moved with VFIO devices, between processes
 * </pre>
 *
 * <p>{@link io.jvmm.benchmarks.Benchmarks} starts them all; {@code docs/benchmarks.md} says what
 * each figure means.
 */
@NullMarked
package io.jvmm.benchmarks;

import org.jspecify.annotations.NullMarked;
