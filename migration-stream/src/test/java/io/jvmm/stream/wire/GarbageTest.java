package io.jvmm.stream.wire;

import io.jvmm.stream.MemorySource;
import io.jvmm.stream.StreamException;
import io.jvmm.stream.StreamReader;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whatever comes, a decoder returns a value or throws a {@link StreamException}, and nothing else.
 */
class GarbageTest {
    private MemorySource source = new MemorySource(new byte[0]);

    /** One reader for all, since each has a large buffer. */
    private final StreamReader in =
            new StreamReader((into, offset, length) -> source.read(into, offset, length));

    @ParameterizedTest
    @MethodSource("io.jvmm.stream.wire.CodecTest#forms")
    void shouldStandEveryChangeOfOneByte(CodecCase form) {
        byte[] golden = HexFormat.of().parseHex(form.hex() + "00");
        for (int at = 0; at < golden.length; at++) {
            for (int value = 0; value < 256; value++) {
                byte[] changed = golden.clone();
                changed[at] = (byte) value;
                decode(changed, form.decoder());
            }
        }
    }

    @Test
    void shouldStandRandomBytes() {
        Random random = new Random(20240621);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = new byte[random.nextInt(64)];
            random.nextBytes(bytes);
            decode(bytes, Frame::decode);
            decode(bytes, Configuration::decode);
            decode(bytes, VmCommand::decode);
            decode(bytes, in -> ReturnPathMessage.decode(in, PeerKind.JVMM));
        }
    }

    private void decode(byte[] bytes, Function<StreamReader, ?> decoder) {
        source = new MemorySource(bytes);
        try {
            var _ = decoder.apply(in);
        } catch (StreamException e) {
            // the answer to garbage
        } catch (RuntimeException e) {
            throw new AssertionError(HexFormat.of().formatHex(bytes), e);
        }
        while (!in.atEnd()) {
            in.skip(1);
        }
    }
}
