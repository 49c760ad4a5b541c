package io.jvmm.monitor.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChardevTest {
    @Test
    void shouldReadTheShortForm() {
        assertThat(Chardev.parse("stdio")).isEqualTo(new Chardev.Stdio());
        assertThat(Chardev.parse("none")).isEqualTo(new Chardev.Null());
        assertThat(Chardev.parse("unix:/a,server=on,wait=off"))
                .isEqualTo(new Chardev.UnixSocket(Path.of("/a"), Chardev.Role.SERVER));
        assertThat(Chardev.parse("unix:/a,server,nowait"))
                .isEqualTo(new Chardev.UnixSocket(Path.of("/a"), Chardev.Role.SERVER));
        assertThat(Chardev.parse("unix:/a,server=on"))
                .isEqualTo(new Chardev.UnixSocket(Path.of("/a"), Chardev.Role.WAITING_SERVER));
        assertThat(Chardev.parse("unix:/a"))
                .isEqualTo(new Chardev.UnixSocket(Path.of("/a"), Chardev.Role.CLIENT));
        assertThat(Chardev.parse("tcp::4444,server=on,wait=off"))
                .isEqualTo(new Chardev.TcpSocket("", 4444, Chardev.Role.SERVER));
        assertThat(Chardev.parse("tcp:localhost:1"))
                .isEqualTo(new Chardev.TcpSocket("localhost", 1, Chardev.Role.CLIENT));
    }

    @Test
    void shouldReadTheLongForm() {
        assertThat(Chardev.parse("socket", Chardev.options("path=/a,server=on,wait=off")))
                .isEqualTo(new Chardev.UnixSocket(Path.of("/a"), Chardev.Role.SERVER));
        assertThat(Chardev.parse("socket", Chardev.options("host=h,port=2")))
                .isEqualTo(new Chardev.TcpSocket("h", 2, Chardev.Role.CLIENT));
        assertThat(Chardev.parse("null", Chardev.options(""))).isEqualTo(new Chardev.Null());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "pty",
                "unix:",
                "tcp:4444",
                "tcp:h:99999",
                "tcp:h:x",
                "unix:/a,server=maybe",
                "unix:/a,colour=red",
                "stdio,signal=off"
            })
    void shouldRefuseWhatItDoesNotKnow(String spec) {
        assertThatThrownBy(() -> Chardev.parse(spec)).isInstanceOf(IllegalArgumentException.class);
    }
}
