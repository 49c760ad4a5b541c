package io.jvmm.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.monitor.json.JsonText;
import org.junit.jupiter.api.Test;

class DemoPartsTest {
    @Test
    void shouldBeAsToldOnlyIfEveryClaimHolds() {
        Verdict verdict = new Verdict("s");
        verdict.see("downtime", "12 ms", "downtime-ms", 12);
        verdict.expect("good", true);
        assertThat(verdict.isAsTold()).isTrue();
        verdict.expect("the guest runs", false);
        assertThat(verdict.isAsTold()).isFalse();
        assertThat(verdict.text()).contains("NOT AS TOLD: the guest runs");
        assertThat(JsonText.write(verdict.json()))
                .isEqualTo(
                        "{\"story\":\"s\",\"as-told\":false,\"downtime-ms\":12,"
                                + "\"not-as-told\":[\"the guest runs\"]}");
    }
}
