package io.jvmm.vfio.user.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.vfio.VfioException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void shouldReadAllKindsOfValues() {
        Map<?, ?> read =
                Json.object(
                        """
                         { "a" : [1, -2 ,3.5e1,true,false , null], "b":{"c":{}, "d":[]},
                           "text":"x\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e4", "big":123456789012345678901 }
                        """);
        assertThat(read)
                .isEqualTo(
                        Map.of(
                                "a",
                                List.of(1L, -2L, 35.0, true, false, Json.NULL),
                                "b",
                                Map.of("c", Map.of(), "d", List.of()),
                                "text",
                                "x\"\\/\b\f\n\r\tä",
                                "big",
                                1.2345678901234568e20));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "}",
                "[]",
                "1",
                "\"a\"",
                "{a:1}",
                "{\"a\"}",
                "{\"a\":}",
                "{\"a\":1,}",
                "{\"a\":1}{",
                "{\"a\":1} x",
                "{\"a\":01}",
                "{\"a\":+1}",
                "{\"a\":1.}",
                "{\"a\":-}",
                "{\"a\":tru}",
                "{\"a\":[1,]}",
                "{\"a\":[1",
                "{\"a\":\"x}",
                "{\"a\":\"\\x\"}",
                "{\"a\":\"\\u12\"}",
                "{\"a\":\"\\",
                "{\"a\":\"\n\"}",
                "{\"a\":1,\"a\":2}",
                "{\"a\":NaN}"
            })
    void shouldRefuseWhatIsNoObject(String text) {
        assertThatThrownBy(() -> Json.object(text)).isInstanceOf(VfioException.class);
    }

    @Test
    void shouldRefuseEveryTruncation() {
        String text = "{\"capabilities\":{\"max_msg_fds\":8,\"twin_socket\":{\"supported\":true}}}";
        for (int length = 0; length < text.length(); length++) {
            String cut = text.substring(0, length);
            assertThatThrownBy(() -> Json.object(cut)).isInstanceOf(VfioException.class);
        }
    }

    @Test
    void shouldLimitLengthAndDepth() {
        assertThatThrownBy(() -> Json.object("{\"a\":" + "[".repeat(1000)))
                .hasMessageContaining("less depth");
        assertThatThrownBy(() -> Json.object(" ".repeat(Json.MAXIMUM_LENGTH + 1)))
                .hasMessageContaining("length=4097");
    }
}
