package io.jvmm.migration.switchover.explore;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WorldStoreTest {
    private static final int NO_PARENT = -1;

    private final WorldStore store = new WorldStore();

    @Test
    void shouldKnowAWorldAgain() {
        int first = store.add(World.START, NO_PARENT);
        int second = store.add(World.START.disconnected(), first);
        assertThat(store.add(World.START, second)).isEqualTo(first);
        assertThat(store.get(second)).isEqualTo(World.START.disconnected());
        assertThat(store.parentOf(second)).isEqualTo(first);
        assertThat(store.size()).isEqualTo(2);
    }

    @Test
    void shouldNotTellTheTwoConnectionsApart() {
        Connection go = new Connection(false, List.of(Word.GO.about(1)), List.of());
        Connection query = new Connection(false, List.of(Word.QUERY.about(1)), List.of());
        int one = store.add(world(go, query), NO_PARENT);
        assertThat(store.add(world(query, go), NO_PARENT)).isEqualTo(one);
        int open = store.add(world(Connection.NEW, go), NO_PARENT);
        assertThat(store.add(world(go, Connection.NEW), NO_PARENT)).isEqualTo(open);
    }

    @Test
    void shouldGrow() {
        int added = 0;
        for (Word down : Word.values()) {
            for (Word up : Word.values()) {
                for (int n = 0; n < 900; n++) {
                    Connection connection =
                            new Connection(
                                    false,
                                    List.of(down.about(n % 3), down.about(n / 3 % 3)),
                                    List.of(up.about(n / 9 % 3), up.about(n / 27 % 3)));
                    int index = store.add(world(connection, Connection.NONE), NO_PARENT);
                    added = Math.max(added, index + 1);
                }
            }
        }
        assertThat(store.size()).isEqualTo(added).isEqualTo(13 * 13 * 81);
    }

    private static World world(Connection first, Connection second) {
        return new World(SourceSide.START, DestinationSide.START, first, second);
    }
}
