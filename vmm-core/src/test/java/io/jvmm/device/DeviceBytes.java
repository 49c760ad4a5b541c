package io.jvmm.device;

import io.jvmm.stream.StreamReader;
import io.jvmm.stream.StreamWriter;
import io.jvmm.vmstate.VmStateDescription;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Device state as bytes, and bytes that QEMU 7.2 has written.
 *
 * <p>The resources are section payloads and parts of the VM description, cut out of streams of
 * {@code qemu-system-x86_64} 7.2 that {@code migrate "exec:cat > file"} wrote. Machine: {@code
 * none}, or {@code microvm} without pit, pic, rtc, option ROMs, ACPI, USB, PCIe and second ioapic,
 * 8 MiB.
 *
 * <ul>
 *   <li>{@code cpu-tcg}, {@code cpu-kvm}, {@code serial}, {@code globalstate}: started with {@code
 *       -S}, never run
 *   <li>{@code cpu-registers}: a firmware that loads a different value into every register, the FPU
 *       and two XMM registers, in protected mode, under TCG
 *   <li>{@code cpu-halted}, {@code cpu_common}, {@code timer}: after a HLT, under KVM
 *   <li>{@code serial-fifo}: FIFO and loopback on, interrupts enabled, HELLO written, one byte
 *       read, interrupt identification read
 * </ul>
 */
public final class DeviceBytes {
    private DeviceBytes() {}

    static byte[] resource(String name) {
        try (InputStream in = DeviceBytes.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalArgumentException("No such resource: name=" + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(String name) {
        return new String(resource(name), StandardCharsets.US_ASCII);
    }

    public static <T> byte[] saved(VmStateDescription<T> description, T state) {
        return written(out -> description.save(state, out));
    }

    public static byte[] written(Consumer<StreamWriter> writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StreamWriter out =
                new StreamWriter(buffers -> {
                    for (int i = 0; i < buffers.count(); i++) {
                        bytes.writeBytes(
                                buffers.segment(i)
                                        .asSlice(buffers.offset(i), buffers.length(i))
                                        .toArray(ValueLayout.JAVA_BYTE));
                    }
                    buffers.consume(buffers.byteSize());
                });
        writing.accept(out);
        out.flush();
        return bytes.toByteArray();
    }

    /** Loads a payload that a footer follows. */
    public static <T> void load(VmStateDescription<T> description, T state, byte[] payload) {
        byte[] stream = Arrays.copyOf(payload, payload.length + 5);
        stream[payload.length] = 0x7E;
        StreamReader in = reader(stream);
        description.load(state, in, description.version());
        if (in.position() != payload.length) {
            throw new AssertionError("not read to its end: position=" + in.position());
        }
    }

    public static StreamReader reader(byte[] bytes) {
        MemorySegment all = MemorySegment.ofArray(bytes);
        long[] position = {0};
        return new StreamReader((into, offset, length) -> {
            long part = Math.min(length, bytes.length - position[0]);
            if (part == 0) {
                return -1;
            }
            MemorySegment.copy(all, position[0], into, offset, part);
            position[0] += part;
            return part;
        });
    }

    static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
    }
}
