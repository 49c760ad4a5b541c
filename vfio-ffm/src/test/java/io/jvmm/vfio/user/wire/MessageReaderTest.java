package io.jvmm.vfio.user.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.Socket;
import io.jvmm.vfio.VfioException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MessageReaderTest {
    private static final String MESSAGE = "0100 0900 20000000 00000000 00000000" + "00".repeat(16);

    private final List<Socket> pair = Socket.pair();
    private final MessageReader reader =
            new MessageReader(new DescriptorSocket(pair.get(1)), Arena.ofAuto(), 64, 1024);

    @AfterEach
    void close() {
        reader.close();
        pair.forEach(Socket::close);
    }

    private void send(byte[] bytes, int length) {
        MemorySegment memory = Arena.ofAuto().allocate(Math.max(1, length));
        memory.copyFrom(MemorySegment.ofArray(bytes).asSlice(0, length));
        pair.get(0).fd().write(memory, 0, length);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    @Test
    void shouldNoticeEveryTruncation() {
        byte[] message = bytes(MESSAGE);
        for (int length = 1; length < message.length; length++) {
            List<Socket> sockets = Socket.pair();
            try (Socket from = sockets.get(0);
                    DescriptorSocket to = new DescriptorSocket(sockets.get(1));
                    MessageReader cut = new MessageReader(to, Arena.ofAuto(), 64, 1024)) {
                from.fd().write(memory(message, length));
                from.shutdown();
                assertThatThrownBy(
                                () -> {
                                    cut.next();
                                    cut.receiveAll();
                                })
                        .isInstanceOf(VfioException.class);
            }
        }
    }

    private static MemorySegment memory(byte[] bytes, int length) {
        MemorySegment memory = Arena.ofAuto().allocate(length);
        return memory.copyFrom(MemorySegment.ofArray(bytes).asSlice(0, length));
    }

    @Test
    void shouldEndBetweenTwoMessages() {
        byte[] message = bytes(MESSAGE);
        send(message, message.length);
        pair.get(0).shutdown();
        assertThat(reader.next()).isTrue();
        reader.receiveAll();
        assertThat(reader.received()).isEqualTo(16);
        assertThat(reader.next()).isFalse();
    }

    @Test
    void shouldRefuseMoreThanFits() {
        byte[] message = bytes("0100 0900 58000000 00000000 00000000");
        send(message, message.length);
        assertThat(reader.next()).isTrue();
        assertThatThrownBy(reader::receiveAll).hasMessageContaining("too long: command=9 size=88");
    }

    @Test
    void shouldRequireAsMuchAsIsLookedAt() {
        byte[] message = bytes("0100 0900 14000000 00000000 00000000 01020304");
        send(message, message.length);
        reader.next();
        reader.receiveAll();
        reader.require(4);
        assertThatThrownBy(() -> reader.require(8))
                .hasMessageContaining("too short: command=9 size=20 missing=4");
    }

    @Test
    void shouldThrowAwayWhatNobodyReads() {
        byte[] message = bytes("0100 0900 e8030000 00000000 00000000" + "00".repeat(984));
        byte[] next = bytes(MESSAGE);
        send(message, message.length);
        send(next, next.length);
        reader.next();
        reader.skip();
        assertThat(reader.next()).isTrue();
        assertThat(reader.header().size()).isEqualTo(32);
    }

    @Test
    void shouldWriteWhatItReads() {
        DescriptorSocket socket = new DescriptorSocket(pair.get(0));
        MessageWriter writer = new MessageWriter(socket, Arena.ofAuto(), 64);
        MemorySegment data = Arena.ofAuto().allocate(8).fill((byte) 5);
        try (EventFd event = new EventFd()) {
            writer.command(70_000, Command.DMA_WRITE);
            writer.send(16, data, 2, 4);
            writer.command(7, Command.DMA_MAP);
            writer.send(0, List.of(event.fd()));
        }
        reader.next();
        reader.receiveAll();
        assertThat(reader.header().id()).isEqualTo(70_000 - 65_536);
        assertThat(reader.header().commandCode()).isEqualTo(12);
        assertThat(reader.received()).isEqualTo(20);
        assertThat(reader.descriptorCount()).isZero();
        reader.next();
        assertThat(reader.descriptorCount()).isEqualTo(1);
        reader.takeDescriptor(0).close();
    }
}
