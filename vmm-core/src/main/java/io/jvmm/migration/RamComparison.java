package io.jvmm.migration;

import io.jvmm.savevm.ram.GuestRam;
import io.jvmm.savevm.ram.RamBlock;
import io.jvmm.savevm.ram.RamHash;
import io.jvmm.stream.wire.BlockHash;
import io.jvmm.stream.wire.HandoverMessage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The test mode {@code x-verify-ram}: before the commit every RAM block is compared with the
 * destination's by a 64-bit hash. Off, it does nothing.
 */
interface RamComparison {
    /** Hashes this side's RAM, with the guest stopped. */
    void hashOwn();

    /**
     * Compares.
     *
     * @param ready the destination's word, with its hashes
     * @throws MigrationException if a block differs
     */
    void check(HandoverMessage.@Nullable Ready ready);

    /** The hashes of all blocks, in the order of the wire. */
    static List<BlockHash> hash(GuestRam ram) {
        List<BlockHash> hashes = new ArrayList<>();
        for (RamBlock block : ram.blocks()) {
            hashes.add(new BlockHash(block.name(), RamHash.of(block)));
        }
        return hashes;
    }

    /** No comparison. */
    final class Off implements RamComparison {
        @Override
        public void hashOwn() {}

        @Override
        public void check(HandoverMessage.@Nullable Ready ready) {}
    }

    /** Every block. */
    final class EveryBlock implements RamComparison {
        private final GuestRam ram;
        private List<BlockHash> own = List.of();

        EveryBlock(GuestRam ram) {
            this.ram = ram;
        }

        @Override
        public void hashOwn() {
            own = hash(ram);
        }

        @Override
        public void check(HandoverMessage.@Nullable Ready ready) {
            List<BlockHash> theirs = ready == null ? List.of() : ready.hashes();
            if (!own.equals(theirs)) {
                throw new MigrationException(
                        "RAM differs at the destination: source=" + own + " destination=" + theirs);
            }
        }
    }
}
