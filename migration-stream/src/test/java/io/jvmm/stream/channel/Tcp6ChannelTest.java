package io.jvmm.stream.channel;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;

@EnabledIf(value = "hasIpv6", disabledReason = "this host has no IPv6")
class Tcp6ChannelTest {
    static boolean hasIpv6() throws Exception {
        Path addresses = Path.of("/proc/net/if_inet6");
        return Files.exists(addresses) && !Files.readString(addresses).isEmpty();
    }

    @Test
    void shouldListenAndConnectOverIpv6() {
        try (ChannelListener listener = Channels.listen(MigrationAddress.parse("tcp:[::1]:0"));
                Channel near = Channels.connect(listener.address());
                Channel far = listener.accept()) {
            ChannelContract.write(near, "abc");

            assertThat(ChannelContract.read(far, 3)).isEqualTo("abc");
            assertThat(near.peer()).startsWith("tcp:[::1]:");
            assertThat(far.peer()).startsWith("tcp:[0:0:0:0:0:0:0:1]:");
        }
    }
}
