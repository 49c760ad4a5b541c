package io.jvmm.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.stream.MemorySource;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

class SessionIdTest {
    @Test
    void shouldBeEqualOnlyIfAllBytesAre() {
        String hex = "000102030405060708090a0b0c0d0e0f";
        SessionId id = decode(hex);

        assertThat(id).isEqualTo(decode(hex)).hasSameHashCodeAs(decode(hex));
        for (int i = 0; i < hex.length(); i++) {
            char other = hex.charAt(i) == '7' ? '8' : '7';
            SessionId differs = decode(hex.substring(0, i) + other + hex.substring(i + 1));

            assertThat(id).as("digit %d", i).isNotEqualTo(differs);
        }
    }

    @Test
    void shouldNeverBeShown() {
        SessionId id = decode("000102030405060708090a0b0c0d0e0f");

        assertThat(id).hasToString("SessionId[hidden]");
        assertThat(new VmCommand.Go(id, 1).toString()).doesNotContain("0102");
    }

    @Test
    void shouldBeRandom() {
        SecureRandom random = new SecureRandom();

        assertThat(SessionId.random(random)).isNotEqualTo(SessionId.random(random));
    }

    private static SessionId decode(String hex) {
        return SessionId.decode(MemorySource.readerOf(hex));
    }
}
