package io.jvmm.vfio.user.wire;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CapabilitiesTest {
    private final MemorySegment payload = Arena.ofAuto().allocate(4096);

    private Capabilities decode(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(bytes, 0, payload, JAVA_BYTE, 4, bytes.length);
        return Capabilities.decode(payload, 4 + bytes.length);
    }

    @Test
    void shouldWriteWhatWeCanDo() {
        long length = Capabilities.ours(true, OptionalInt.of(0)).encode(payload);
        assertThat(payload.getString(4))
                .isEqualTo(
                        "{\"capabilities\":{\"max_msg_fds\":8,\"max_data_xfer_size\":1048576,"
                                + "\"max_dma_maps\":65535,\"pgsizes\":4096,"
                                + "\"migration\":{\"pgsize\":4096},"
                                + "\"twin_socket\":{\"supported\":true,\"fd_index\":0}}}");
        assertThat(payload.get(JAVA_BYTE, length - 1)).isZero();
        assertThat(Capabilities.decode(payload, length))
                .isEqualTo(Capabilities.ours(true, OptionalInt.of(0)));
    }

    @Test
    void shouldReadWhatQemuSays() {
        Capabilities qemu =
                decode(
                        "{\"capabilities\": {\"max_dma_maps\": 65535, \"pgsizes\": 4096,"
                                + " \"max_msg_fds\": 16, \"max_data_xfer_size\": 1048576,"
                                + " \"migration\": {\"max_bitmap_size\": 268435456,"
                                + " \"pgsize\": 4096}, \"write_multiple\": true}}\0");
        assertThat(qemu)
                .isEqualTo(new Capabilities(16, 1 << 20, 65535, 4096, false, OptionalInt.empty()));
    }

    @Test
    void shouldTakeTheSpecificationsValuesWhereNothingIsSaid() {
        Capabilities initial =
                new Capabilities(1, 1 << 20, 65535, 4096, false, OptionalInt.empty());
        assertThat(decode("")).isEqualTo(initial);
        assertThat(decode("{}\0")).isEqualTo(initial);
        assertThat(decode("{\"capabilities\":{\"unknown\":[]}}\0")).isEqualTo(initial);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            quoteCharacter = '~',
            textBlock =
                    """
                    {} => do not end with a NUL
                    {"capabilities":1}^0 => should be an object: name=capabilities
                    {"capabilities":{"twin_socket":true}}^0 => should be an object: name=twin_socket
                    {"capabilities":{"max_msg_fds":"8"}}^0 => should be a number: name=max_msg_fds
                    {"capabilities":{"max_msg_fds":-1}}^0 => should be a number: name=max_msg_fds
                    {"capabilities":{"max_data_xfer_size":1.5}}^0 => should be a number
                    {"capabilities":{"max_data_xfer_size":8}}^0 => max_data_xfer_size=8 minimum=4096
                    {"capabilities":{"max_dma_maps":0}}^0 => max_dma_maps=0 minimum=1
                    """)
    void shouldRefuseWhatCannotBe(String text, String message) {
        assertThatThrownBy(() -> decode(text.replace("^0", "\0")))
                .isInstanceOf(VfioException.class)
                .hasMessageContaining(message);
    }
}
