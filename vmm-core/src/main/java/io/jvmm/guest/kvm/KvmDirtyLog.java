package io.jvmm.guest.kvm;

import io.jvmm.kvm.KvmDirtyBitmap;
import io.jvmm.kvm.KvmVm;
import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;

/**
 * What the guest's instructions write to RAM, as KVM logs it. Reading the log and watching the
 * pages again are two steps: a page written in between is still in the log at the next sync.
 */
final class KvmDirtyLog implements DirtyLog {
    /** The memory slot that holds RAM. */
    static final int SLOT = 0;

    private final KvmVm vm;
    private final RamBlock ram;
    private final KvmDirtyBitmap dirty;
    private boolean logging;

    KvmDirtyLog(KvmVm vm, RamBlock ram) {
        this.vm = vm;
        this.ram = ram;
        this.dirty = new KvmDirtyBitmap(SLOT, ram.pages());
    }

    @Override
    public void start() {
        vm.setMemory(SLOT, 0, ram.memory(), true);
        logging = true;
    }

    @Override
    public void sync(RamBlock block, DirtyBitmap into) {
        if (block != ram) {
            return;
        }
        vm.readDirtyLog(dirty);
        long seen = 0;
        for (int i = 0; i < dirty.wordCount(); i++) {
            long word = dirty.word(i);
            if (word != 0) {
                into.orWord(i, word);
                seen |= word;
            }
        }
        if (seen != 0) {
            vm.clearDirtyLog(dirty);
        }
    }

    @Override
    public void stop() {
        if (logging) {
            vm.setMemory(SLOT, 0, ram.memory(), false);
            logging = false;
        }
    }
}
