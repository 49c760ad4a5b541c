/**
 * Guest RAM as migration sees it: blocks, dirty logs, dirty bitmaps.
 *
 * <p>Threads: a {@link io.jvmm.savevm.ram.DirtyBitmap} belongs to one thread; a {@link
 * io.jvmm.savevm.ram.DirtyLog} is synced by the migration thread while the guest writes.
 */
@NullMarked
package io.jvmm.savevm.ram;

import org.jspecify.annotations.NullMarked;
