package io.jvmm.stream.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.stream.wire.ReturnPathMessage.Pong;
import io.jvmm.stream.wire.VmCommand.Ping;
import org.junit.jupiter.api.Test;

class PeerProbeTest {
    @Test
    void shouldTellOurOwnPeerAndItsFeatures() {
        Pong pong = PeerProbe.answer(PeerProbe.ping(), 0xBEEF);

        assertThat(pong).isEqualTo(new Pong(0x4A57BEEF));
        assertThat(PeerProbe.peerOf(pong)).hasValue(PeerKind.JVMM);
        assertThat(PeerProbe.featuresOf(pong)).isEqualTo(0xBEEF);
    }

    @Test
    void shouldTakeAnEchoForAForeignPeer() {
        assertThat(PeerProbe.peerOf(new Pong(PeerProbe.ping().cookie()))).hasValue(PeerKind.QEMU);
    }

    @Test
    void shouldEchoEveryOtherCookie() {
        for (int cookie : new int[] {0, 1, 4, -1, 0x4A570001, 0x4A564D4C}) {
            assertThat(PeerProbe.answer(new Ping(cookie), 1)).isEqualTo(new Pong(cookie));
        }
    }

    @Test
    void shouldNotTakeAnotherPongForAnAnswer() {
        assertThat(PeerProbe.peerOf(new Pong(1))).isEmpty();
        assertThat(PeerProbe.peerOf(new Pong(0x4A580000))).isEmpty();
    }

    @Test
    void shouldRefuseFeaturesThatDoNotFit() {
        assertThatThrownBy(() -> PeerProbe.answer(PeerProbe.ping(), 0x10000))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
