package io.jvmm.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MigrationParametersTest {
    private static final MigrationParameters DEFAULTS = MigrationParameters.defaults();

    private static MigrationParameters set(String name, String typed) {
        MigrationParameter parameter = MigrationParameter.fromLabel(name);
        return DEFAULTS.with(Map.of(parameter, parameter.parse(typed)));
    }

    @ParameterizedTest
    @EnumSource
    void shouldAcceptEveryDefault(MigrationParameter parameter) {
        assertThat(DEFAULTS.with(Map.of(parameter, parameter.initial())).get(parameter))
                .isEqualTo(parameter.initial());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            textBlock =
                    """
                    downtime-limit | 2000001 | Parameter 'downtime_limit' expects an integer in the range of 0 to (2000 * 1000) ms
                    switchover-limit | 2000001 | Parameter 'switchover_limit' expects an integer in the range of 0 to 2000000 ms
                    downtime-limit | -1 | Parameter 'downtime-limit' expects a non-negative number below 2^64
                    downtime-limit | soon | Parameter 'downtime-limit' expects a non-negative number below 2^64
                    max-bandwidth | fast | Invalid size fast
                    multifd-channels | 0 | Parameter 'multifd_channels' expects a value between 1 and 255
                    multifd-channels | 300 | Parameter 'multifd-channels' expects uint8_t
                    max-cpu-throttle | 5 | Parameter 'max_cpu_throttle' expects an integer in the range of cpu_throttle_initial to 99
                    cpu-throttle-initial | 100 | Parameter 'cpu_throttle_initial' expects an integer in the range of 1 to 99
                    throttle-trigger-threshold | 0 | Parameter 'throttle_trigger_threshold' expects an integer in the range of 1 to 100
                    announce-initial | 100001 | Parameter 'announce_initial' expects a value between 0 and 100000
                    announce-step | 0 | Parameter 'announce_step' expects a value between 1 and 10000
                    xbzrle-cache-size | 12288 | Parameter 'xbzrle_cache_size' expects a power of two no less than the target page size
                    xbzrle-cache-size | 2048 | Parameter 'xbzrle_cache_size' expects a power of two no less than the target page size
                    multifd-compression | zip | Parameter 'multifd-compression' does not accept value 'zip'
                    x-checkpoint-delay | 99999999999 | Parameter 'x-checkpoint-delay' expects uint32_t
                    cpu-throttle-tailslow | maybe | Parameter 'cpu-throttle-tailslow' expects 'on' or 'off'
                    vcpu-dirty-limit | 0 | Parameter 'vcpu_dirty_limit' expects a value of at least 1
                    mode | cpr-reboot | Parameter 'mode' does not support value 'cpr-reboot' in this build
                    tls-creds | tls0 | Parameter 'tls-creds' does not support value 'tls0' in this build
                    direct-io | on | Parameter 'direct-io' does not support value 'on' in this build
                    speed | 1 | Parameter 'speed' is unexpected
                    """)
    void shouldRefuseInTheWordsOfQemu(String name, String typed, String message) {
        assertThatThrownBy(() -> set(name, typed))
                .isInstanceOf(MigrationRefusedException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({
        "10, 10485760",
        "10M, 10485760",
        "1k, 1024",
        "4096B, 4096",
        "0.5G, 536870912",
        "0, 0"
    })
    void shouldReadTheBandwidthInMebibytes(String typed, long bytes) {
        assertThat(set("max-bandwidth", typed).maxBandwidth()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({"16E", "99999999999999999999", "1e9", "M", "''", "1x", "0x", "--1"})
    void shouldRefuseWhatIsNoSize(String typed) {
        assertThatThrownBy(() -> set("max-postcopy-bandwidth", typed))
                .isInstanceOf(MigrationRefusedException.class);
    }

    @Test
    void shouldTakeBandwidthsBeyondALongForTheLargestLong() {
        MigrationParameters all =
                DEFAULTS.with(
                        Map.of(MigrationParameter.MAX_BANDWIDTH, new ParameterValue.Unsigned(-1)));
        assertThat(all.maxBandwidth()).isEqualTo(Long.MAX_VALUE);
        assertThat(all.get(MigrationParameter.MAX_BANDWIDTH)).hasToString("18446744073709551615");
    }

    @Test
    void shouldChangeAllOrNothing() {
        var changes =
                Map.<MigrationParameter, ParameterValue>of(
                        MigrationParameter.DOWNTIME_LIMIT, new ParameterValue.Unsigned(7),
                        MigrationParameter.SWITCHOVER_LIMIT,
                                new ParameterValue.Unsigned(2_000_001));
        assertThatThrownBy(() -> DEFAULTS.with(changes)).hasMessageContaining("switchover_limit");
        assertThat(DEFAULTS.downtimeLimitMillis()).isEqualTo(300);
    }

    @Test
    void shouldRefuseAValueOfAnotherKind() {
        assertThatThrownBy(() ->
                        DEFAULTS.with(
                                Map.of(
                                        MigrationParameter.DOWNTIME_LIMIT,
                                        new ParameterValue.Text("300"))))
                .hasMessage("Parameter 'downtime-limit' expects uint64");
    }

    @Test
    void shouldLetBothThrottleBoundsMoveTogether() {
        var changes =
                Map.<MigrationParameter, ParameterValue>of(
                        MigrationParameter.CPU_THROTTLE_INITIAL, new ParameterValue.Unsigned(5),
                        MigrationParameter.MAX_CPU_THROTTLE, new ParameterValue.Unsigned(6));
        assertThat(DEFAULTS.with(changes).get(MigrationParameter.MAX_CPU_THROTTLE))
                .hasToString("6");
    }
}
