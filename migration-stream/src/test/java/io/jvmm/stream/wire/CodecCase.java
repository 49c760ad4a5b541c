package io.jvmm.stream.wire;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * A form on the wire: a value and its golden bytes.
 *
 * @param name for the test report
 * @param value what is encoded, and must come back
 * @param hex its bytes
 * @param encoder puts the value
 * @param decoder gets it back
 */
record CodecCase(
        String name,
        Object value,
        String hex,
        Consumer<StreamWriter> encoder,
        Function<StreamReader, ?> decoder) {
    static CodecCase of(Frame frame, String hex, Function<StreamReader, ?> decoder) {
        return new CodecCase(frame.getClass().getSimpleName(), frame, hex, frame::encode, decoder);
    }

    static CodecCase of(VmCommand command, String hex) {
        return new CodecCase(
                command.getClass().getSimpleName(),
                command,
                hex,
                command::encode,
                VmCommand::decode);
    }

    static CodecCase of(ReturnPathMessage message, String hex) {
        return new CodecCase(
                message.getClass().getSimpleName(),
                message,
                hex,
                message::encode,
                in -> ReturnPathMessage.decode(in, PeerKind.JVMM));
    }

    /** The bytes of text, in hexadecimal. */
    static String ascii(String text) {
        return HexFormat.of().formatHex(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    }

    @Override
    public String toString() {
        return name;
    }
}
