package io.jvmm.migration.switchover.explore;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.migration.switchover.DestinationHandover;
import io.jvmm.migration.switchover.SourceHandover;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class StandingTest {
    @ParameterizedTest
    @EnumSource
    void shouldSayOfASourceWhatItsRunStateSays(SourceHandover.State state) {
        SourceSide side = new SourceSide(false, state, 1, false, 0, state.guestIsHere());
        SourceSide.Standing standing = SourceSide.Standing.of(side);
        if (standing != SourceSide.Standing.UNDER_WAY) {
            assertThat(standing.runState()).isEqualTo(side.runState().label());
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayOfADestinationWhatItsRunStateSays(DestinationHandover.State state) {
        DestinationSide side =
                new DestinationSide(
                        DestinationSide.Presence.ALIVE,
                        state,
                        1,
                        DestinationSide.Load.NOTHING,
                        false,
                        false,
                        true);
        assertThat(DestinationSide.Standing.of(side).runState()).isEqualTo(side.runState().label());
    }

    @Test
    void shouldSayNothingForAProcessThatIsGone() {
        assertThat(SourceSide.Standing.of(SourceSide.CRASHED).runState()).isEmpty();
        DestinationSide gone = DestinationSide.START.gone(DestinationSide.Presence.RESTARTED);
        assertThat(DestinationSide.Standing.of(gone).runState()).isEmpty();
    }
}
