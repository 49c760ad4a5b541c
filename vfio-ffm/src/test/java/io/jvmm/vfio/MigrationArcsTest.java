package io.jvmm.vfio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.Allocation;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The whole table of next steps, for each kind of device, written down by hand from vfio.h. */
class MigrationArcsTest {
    private static final DeviceMigrationState[] COLUMNS = {
        DeviceMigrationState.STOP,
        DeviceMigrationState.RUNNING,
        DeviceMigrationState.STOP_COPY,
        DeviceMigrationState.RESUMING,
        DeviceMigrationState.RUNNING_P2P,
        DeviceMigrationState.PRE_COPY,
        DeviceMigrationState.PRE_COPY_P2P,
        DeviceMigrationState.ERROR
    };

    private static final Map<String, DeviceMigrationState> SHORT =
            Map.of(
                    "ST", DeviceMigrationState.STOP,
                    "RU", DeviceMigrationState.RUNNING,
                    "SC", DeviceMigrationState.STOP_COPY,
                    "RE", DeviceMigrationState.RESUMING,
                    "RP", DeviceMigrationState.RUNNING_P2P,
                    "PC", DeviceMigrationState.PRE_COPY,
                    "PP", DeviceMigrationState.PRE_COPY_P2P);

    // Row: from; column: to; cell: the first state on the way, == at the end, -- no way.
    private static final String ALL =
            """
            to ST RU SC RE RP PC PP ER
            ST == RP SC RE RP RP RP --
            RU RP == RP RP RP PC RP --
            SC ST ST == ST ST -- -- --
            RE ST ST ST == ST ST ST --
            RP ST RU ST ST == RU PP --
            PC RU RU PP RU RU == PP --
            PP RP RP SC RP RP PC == --
            ER -- -- -- -- -- -- -- --
            """;

    private static final String P2P =
            """
            to ST RU SC RE RP PC PP ER
            ST == RP SC RE RP -- -- --
            RU RP == RP RP RP -- -- --
            SC ST ST == ST ST -- -- --
            RE ST ST ST == ST -- -- --
            RP ST RU ST ST == -- -- --
            PC -- -- -- -- -- -- -- --
            PP -- -- -- -- -- -- -- --
            ER -- -- -- -- -- -- -- --
            """;

    private static final String PRE_COPY =
            """
            to ST RU SC RE RP PC PP ER
            ST == RU SC RE -- RU -- --
            RU ST == ST ST -- PC -- --
            SC ST ST == ST -- -- -- --
            RE ST ST ST == -- ST -- --
            RP -- -- -- -- -- -- -- --
            PC RU RU SC RU -- == -- --
            PP -- -- -- -- -- -- -- --
            ER -- -- -- -- -- -- -- --
            """;

    private static final String PLAIN =
            """
            to ST RU SC RE RP PC PP ER
            ST == RU SC RE -- -- -- --
            RU ST == ST ST -- -- -- --
            SC ST ST == ST -- -- -- --
            RE ST ST ST == -- -- -- --
            RP -- -- -- -- -- -- -- --
            PC -- -- -- -- -- -- -- --
            PP -- -- -- -- -- -- -- --
            ER -- -- -- -- -- -- -- --
            """;

    private static final Map<MigrationSupport, String> TABLES =
            Map.of(
                    new MigrationSupport(true, true), ALL,
                    new MigrationSupport(true, false), P2P,
                    new MigrationSupport(false, true), PRE_COPY,
                    new MigrationSupport(false, false), PLAIN);

    @Test
    void shouldTakeTheNextStepOfTheTableBetweenAnyTwoStates() {
        TABLES.forEach((support, table) -> {
            MigrationArcs arcs = MigrationArcs.of(support);
            for (DeviceMigrationState from : COLUMNS) {
                for (DeviceMigrationState to : COLUMNS) {
                    assertThat(step(arcs, from, to))
                            .as("%s %s -> %s", support, from, to)
                            .isEqualTo(cell(table, from, to));
                }
            }
        });
    }

    @Test
    void shouldFollowTheTableStepByStepToTheEnd() {
        TABLES.forEach((support, table) -> {
            MigrationArcs arcs = MigrationArcs.of(support);
            for (DeviceMigrationState from : arcs.states()) {
                for (DeviceMigrationState to : arcs.states()) {
                    if (!cell(table, from, to).equals("--")) {
                        assertThat(arcs.path(from, to)).isEqualTo(followed(table, from, to));
                    }
                }
            }
        });
    }

    @Test
    void shouldHaveAnArcExactlyWhereTheWayIsOneStep() {
        TABLES.forEach((support, table) -> {
            MigrationArcs arcs = MigrationArcs.of(support);
            for (DeviceMigrationState from : COLUMNS) {
                for (DeviceMigrationState to : COLUMNS) {
                    assertThat(arcs.isArc(from, to))
                            .as("%s %s -> %s", support, from, to)
                            .isEqualTo(to.equals(SHORT.get(cell(table, from, to))));
                }
            }
        });
    }

    @Test
    void shouldNameBothEndsWhereThereIsNoWay() {
        MigrationArcs arcs = MigrationArcs.of(new MigrationSupport(false, true));
        assertThatThrownBy(() ->
                        arcs.path(DeviceMigrationState.STOP_COPY, DeviceMigrationState.PRE_COPY))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining("from=STOP_COPY to=PRE_COPY supported=[STOP, RUNNING");
    }

    @Test
    void shouldFindWaysWithoutAllocating() {
        MigrationArcs arcs = MigrationArcs.of(new MigrationSupport(true, true));
        assertThat(
                        Allocation.ofThousand(() -> {
                            arcs.path(DeviceMigrationState.STOP_COPY, DeviceMigrationState.RUNNING);
                            arcs.isArc(DeviceMigrationState.STOP, DeviceMigrationState.RUNNING);
                        }))
                .isZero();
    }

    private static String step(
            MigrationArcs arcs, DeviceMigrationState from, DeviceMigrationState to) {
        List<DeviceMigrationState> path;
        try {
            path = arcs.path(from, to);
        } catch (VfioException e) {
            return "--";
        }
        return path.isEmpty() ? "==" : abbreviation(path.getFirst());
    }

    private static List<DeviceMigrationState> followed(
            String table, DeviceMigrationState from, DeviceMigrationState to) {
        List<DeviceMigrationState> way = new ArrayList<>();
        DeviceMigrationState state = from;
        while (state != to) {
            state = SHORT.getOrDefault(cell(table, state, to), DeviceMigrationState.ERROR);
            way.add(state);
        }
        return way;
    }

    private static String cell(String table, DeviceMigrationState from, DeviceMigrationState to) {
        String row = table.lines().toList().get(1 + Arrays.asList(COLUMNS).indexOf(from));
        return row.split(" ", -1)[1 + Arrays.asList(COLUMNS).indexOf(to)];
    }

    private static String abbreviation(DeviceMigrationState state) {
        return SHORT.entrySet().stream()
                .filter(entry -> entry.getValue() == state)
                .findFirst()
                .orElseThrow()
                .getKey();
    }
}
