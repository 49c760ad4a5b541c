package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.savevm.StateSaver;
import io.jvmm.stream.StreamException;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A peer that sends anything gets an error of the stream, and never more than that. */
class HostileStreamTest {
    private static final int TRIES = 3000;
    private static final long RAM_SIZE = 4 * 4096;

    private final TestMachine target = new TestMachine(RAM_SIZE).withVcpusAndSerial(1);

    @Test
    void shouldRefuseDamagedStreamsOnlyWithStreamExceptions() {
        byte[] stream = goodStream();
        assertThat(loads(stream)).isTrue();
        Random random = new Random(7);
        int refused = 0;
        for (int i = 0; i < TRIES; i++) {
            if (!loads(damaged(stream, random))) {
                refused++;
            }
        }
        assertThat(refused).isBetween(TRIES / 4, TRIES);
    }

    /** Damage outside the pages: most of the stream is page data, where nothing can be wrong. */
    private static byte[] damaged(byte[] stream, Random random) {
        byte[] damaged = stream.clone();
        int devices = stream.length - 10_000;
        for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
            int at =
                    random.nextBoolean()
                            ? random.nextInt(120)
                            : devices + random.nextInt(stream.length - devices);
            damaged[at] = (byte) random.nextInt(256);
        }
        return random.nextInt(8) == 0
                ? Arrays.copyOf(damaged, random.nextInt(damaged.length))
                : damaged;
    }

    private boolean loads(byte[] stream) {
        MemorySegment all = MemorySegment.ofArray(stream);
        long[] position = {0};
        try {
            target.load(
                    (into, offset, length) -> {
                        long part = Math.min(length, stream.length - position[0]);
                        if (part == 0) {
                            return -1;
                        }
                        MemorySegment.copy(all, position[0], into, offset, part);
                        position[0] += part;
                        return part;
                    },
                    new TestMachine.SilentListener());
            return true;
        } catch (StreamException e) {
            assertThat(e.getMessage()).contains("position=");
            return false;
        }
    }

    private static byte[] goodStream() {
        TestMachine source = new TestMachine(RAM_SIZE).withVcpusAndSerial(1);
        source.fillPattern();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StateSaver saver =
                source.startSaving(buffers -> {
                    for (int i = 0; i < buffers.count(); i++) {
                        bytes.writeBytes(
                                buffers.segment(i)
                                        .asSlice(buffers.offset(i), buffers.length(i))
                                        .toArray(ValueLayout.JAVA_BYTE));
                    }
                    buffers.consume(buffers.byteSize());
                });
        TestMachine.finishSaving(saver);
        return bytes.toByteArray();
    }
}
