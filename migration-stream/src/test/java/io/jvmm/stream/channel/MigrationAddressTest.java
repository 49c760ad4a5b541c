package io.jvmm.stream.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.channel.MigrationAddress.Tcp;
import io.jvmm.stream.channel.MigrationAddress.Unix;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MigrationAddressTest {
    @ParameterizedTest
    @CsvSource({
        "tcp:host:4444, host, 4444",
        "tcp:192.0.2.1:0, 192.0.2.1, 0",
        "tcp:[2001:db8::1]:65535, 2001:db8::1, 65535",
        "tcp::4444, '', 4444",
    })
    void shouldParseTcp(String uri, String host, int port) {
        assertThat(MigrationAddress.parse(uri)).isEqualTo(new Tcp(host, port));
        assertThat(MigrationAddress.parse(uri).toUri()).isEqualTo(uri);
    }

    @ParameterizedTest
    @ValueSource(strings = {"unix:/run/migration", "unix:relative path", "unix:a:b"})
    void shouldParseUnix(String uri) {
        assertThat(MigrationAddress.parse(uri)).isEqualTo(new Unix(Path.of(uri.substring(5))));
        assertThat(MigrationAddress.parse(uri).toUri()).isEqualTo(uri);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 'Parameter ''uri'' expects a valid migration protocol'",
        "foo, 'Parameter ''uri'' expects a valid migration protocol'",
        "foo:bar, 'Parameter ''uri'' expects a valid migration protocol'",
        "TCP:h:1, 'Parameter ''uri'' expects a valid migration protocol'",
        "tcp:, 'error parsing address '''''",
        "tcp::, 'error parsing port in address '':'''",
        "tcp:host, 'error parsing address ''host'''",
        "tcp:h:, 'error parsing address ''h:'''",
        "tcp:[::1:5, 'error parsing IPv6 address ''[::1:5'''",
        "tcp:[::1]5, 'error parsing IPv6 address ''[::1]5'''",
        "tcp:[]:5, 'error parsing IPv6 address ''[]:5'''",
        "tcp:a:b, 'address resolution failed for a:b: Servname not supported for ai_socktype'",
        "tcp:1:2:3, 'address resolution failed for 1:2:3: Servname not supported for ai_socktype'",
        "tcp:h:-1, 'address resolution failed for h:-1: Servname not supported for ai_socktype'",
        "tcp:h:65536, 'address resolution failed for h:65536: Servname not supported for ai_socktype'",
        "'tcp:h:5,to=9', 'Invalid parameter ''to=9'''",
        "unix:, 'invalid Unix socket address'",
    })
    void shouldRefuseInQemusWords(String uri, String message) {
        assertThatThrownBy(() -> MigrationAddress.parse(uri))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void shouldRefuseAnUnknownProtocolOfAnIncomingMigrationInQemusWords() {
        assertThatThrownBy(() -> MigrationAddress.parseIncoming("foo:bar"))
                .hasMessage("unknown migration protocol: foo:bar");
    }

    @Test
    void shouldRefuseAPathThatNoSocketCanHave() {
        String longest = "/" + "a".repeat(106);

        assertThat(MigrationAddress.parse("unix:" + longest)).isInstanceOf(Unix.class);
        assertThatThrownBy(() -> MigrationAddress.parse("unix:" + longest + "a"))
                .hasMessage("UNIX socket path '" + longest + "a' is too long");
        assertThatThrownBy(() -> MigrationAddress.parse("unix:a\0b"))
                .hasMessage("invalid Unix socket address");
    }
}
