package io.jvmm.migration.switchover.explore;

import java.util.Arrays;

/**
 * The worlds that were reached, in the order in which they were: an open hash table over a growing
 * list of longs. What stays the same under an exchange of the two connections is one world.
 */
final class WorldStore {
    private static final int INITIAL_BITS = 16;
    private static final int FREE = 0;
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    private final Interner<SourceSide> sources = new Interner<>();
    private final Interner<DestinationSide> destinations = new Interner<>();
    private final Interner<Connection> connections = new Interner<>();
    private long[] worlds = new long[1 << (INITIAL_BITS - 1)];
    private int[] parents = new int[1 << (INITIAL_BITS - 1)];
    private int[] table = new int[1 << INITIAL_BITS];
    private int bits = INITIAL_BITS;
    private int size;

    int size() {
        return size;
    }

    int parentOf(int index) {
        return parents[index];
    }

    /**
     * Adds a world unless it is there.
     *
     * @param world the world
     * @param parent where it was reached from
     * @return its index: the size before, if it is new
     */
    int add(World world, int parent) {
        long packed = pack(world);
        int slot = slotOf(packed);
        if (table[slot] != FREE) {
            return table[slot] - 1;
        }
        if (size == worlds.length) {
            grow();
            slot = slotOf(packed);
        }
        worlds[size] = packed;
        parents[size] = parent;
        table[slot] = size + 1;
        return size++;
    }

    World get(int index) {
        long packed = worlds[index];
        return new World(
                sources.valueOf(part(packed, 0)),
                destinations.valueOf(part(packed, 1)),
                connections.valueOf(part(packed, 2)),
                connections.valueOf(part(packed, 3)));
    }

    private long pack(World world) {
        long first = connections.idOf(world.first());
        long second = connections.idOf(world.second());
        boolean exchange =
                world.first().isOpen() == world.second().isOpen()
                        ? first > second
                        : world.second().isOpen();
        return sources.idOf(world.source())
                | (long) destinations.idOf(world.destination()) << Interner.BITS
                | (exchange ? second : first) << (2 * Interner.BITS)
                | (exchange ? first : second) << (3 * Interner.BITS);
    }

    private static int part(long packed, int which) {
        return (int) (packed >>> (which * Interner.BITS)) & Interner.MASK;
    }

    private int slotOf(long packed) {
        int mask = table.length - 1;
        int slot = (int) ((packed * SPREAD) >>> (Long.SIZE - bits));
        while (table[slot] != FREE && worlds[table[slot] - 1] != packed) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        worlds = Arrays.copyOf(worlds, 2 * worlds.length);
        parents = Arrays.copyOf(parents, 2 * parents.length);
        bits++;
        table = new int[1 << bits];
        for (int i = 0; i < size; i++) {
            table[slotOf(worlds[i])] = i + 1;
        }
    }
}
