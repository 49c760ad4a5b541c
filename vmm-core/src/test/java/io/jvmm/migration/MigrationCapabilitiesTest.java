package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MigrationCapabilitiesTest {
    @Test
    void shouldListTheNamesOfQemuInItsOrderAndThenOurs() {
        assertThat(Arrays.stream(Capability.values()).map(Capability::label))
                .containsExactly(
                        "xbzrle",
                        "rdma-pin-all",
                        "auto-converge",
                        "zero-blocks",
                        "events",
                        "postcopy-ram",
                        "x-colo",
                        "release-ram",
                        "return-path",
                        "pause-before-switchover",
                        "multifd",
                        "dirty-bitmaps",
                        "postcopy-blocktime",
                        "late-block-activate",
                        "x-ignore-shared",
                        "validate-uuid",
                        "background-snapshot",
                        "zero-copy-send",
                        "postcopy-preempt",
                        "switchover-ack",
                        "dirty-limit",
                        "mapped-ram",
                        "switchover-abort",
                        "x-verify-ram");
    }

    @ParameterizedTest
    @EnumSource
    void shouldStartWithEverythingOff(Capability capability) {
        assertThat(MigrationCapabilities.none().isOn(capability)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void shouldAcceptOffForEveryName(Capability capability) {
        assertThat(MigrationCapabilities.none().with(Map.of(capability, false)))
                .isEqualTo(MigrationCapabilities.none());
    }

    @ParameterizedTest
    @EnumSource
    void shouldSayWhatThisBuildLacks(Capability capability) {
        var change = Map.of(Capability.RETURN_PATH, true, Capability.EVENTS, true);
        MigrationCapabilities base = MigrationCapabilities.none().with(change);
        if (capability.isSupported()) {
            assertThat(base.with(Map.of(capability, true)).isOn(capability)).isTrue();
        } else {
            assertThatThrownBy(() -> base.with(Map.of(capability, true)))
                    .isInstanceOf(MigrationRefusedException.class)
                    .hasMessage(
                            "Capability '%s' is not supported by this build", capability.label());
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SWITCHOVER_ABORT", "X_VERIFY_RAM"})
    void shouldRequireTheReturnPath(Capability capability) {
        assertThatThrownBy(() -> MigrationCapabilities.none().with(Map.of(capability, true)))
                .isInstanceOf(MigrationRefusedException.class)
                .hasMessage(
                        "Capability '%s' requires capability 'return-path'", capability.label());
    }

    @Test
    void shouldNotLoseTheReturnPathWhileItIsNeeded() {
        MigrationCapabilities both =
                MigrationCapabilities.none()
                        .with(
                                Map.of(
                                        Capability.SWITCHOVER_ABORT,
                                        true,
                                        Capability.RETURN_PATH,
                                        true));
        assertThatThrownBy(() -> both.with(Map.of(Capability.RETURN_PATH, false)))
                .hasMessageContaining("requires capability 'return-path'");
        assertThat(both.isOn(Capability.RETURN_PATH)).isTrue();
    }

    @Test
    void shouldNameAnUnknownCapability() {
        assertThatThrownBy(() -> Capability.fromLabel("teleport"))
                .hasMessage("Parameter 'capability' does not accept value 'teleport'");
    }
}
