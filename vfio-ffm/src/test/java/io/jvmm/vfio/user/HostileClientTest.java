package io.jvmm.vfio.user;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;
import static org.assertj.core.api.Assertions.assertThat;

import io.jvmm.linux.DescriptorSocket;
import io.jvmm.linux.EventFd;
import io.jvmm.linux.Fd;
import io.jvmm.linux.IoVec;
import io.jvmm.linux.ReceivedDescriptors;
import io.jvmm.linux.Socket;
import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.user.server.DeviceProgram;
import io.jvmm.vfio.user.server.DeviceServer;
import io.jvmm.vfio.user.server.DeviceServer.Offer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever a client sends, the next one finds the device. */
class HostileClientTest {
    private static final String HELLO = "0100 0100 14000000 00000000 00000000 0000 0200";

    @TempDir Path directory;

    private final MemorySegment buffer = Arena.ofAuto().allocate(1 << 21);
    private final ReceivedDescriptors received = new ReceivedDescriptors();
    private DeviceServer server = DeviceServer.start(List.of());
    private Path path = Path.of("");

    @BeforeEach
    void serve() {
        path = directory.resolve("s");
        server = DeviceServer.start(List.of(new Offer(path, DeviceProgram.uart())));
    }

    @AfterEach
    void close() {
        received.close();
        server.close();
    }

    private void assertServes() {
        try (VfioUserDevice device = VfioUserDevice.connect(path)) {
            assertThat(device.readRegister(7, 0, 2)).isEqualTo(0x4a56);
        }
    }

    private DescriptorSocket connect() {
        return new DescriptorSocket(Socket.connectUnix(path));
    }

    private void send(DescriptorSocket socket, byte[] bytes, List<Fd> descriptors) {
        MemorySegment.copy(bytes, 0, buffer, JAVA_BYTE, 0, bytes.length);
        IoVec piece = new IoVec(1);
        piece.add(buffer, 0, bytes.length);
        socket.send(piece, descriptors);
    }

    private void send(DescriptorSocket socket, String hex) {
        send(socket, HexFormat.of().parseHex(hex.replace(" ", "")), List.of());
    }

    private DescriptorSocket greeted() {
        DescriptorSocket socket = connect();
        send(socket, HELLO);
        assertThat(errno(socket)).isZero();
        return socket;
    }

    /** The errno of the next reply, 0 for none, -1 if the server has hung up. */
    private int errno(DescriptorSocket socket) {
        try {
            if (socket.receive(buffer, 0, 16, received) < 16) {
                return -1;
            }
            long rest = buffer.get(JAVA_INT, 4) - 16L;
            socket.receive(buffer, 16, rest, received);
            received.close();
            return buffer.get(JAVA_INT, 12);
        } catch (SyscallException _) {
            return -1; // a reset: the server left bytes unread
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    0200 0900 20000000 00000000 00000000 0000000000000000 00000000 04000000 => 22
                    0100 0100 14000000 00000000 00000000 0100 0200                          => 22
                    0100 0100 10000000 00000000 00000000                                    => 22
                    0100 0100 15000000 00000000 00000000 0000 0200 7b                       => 22
                    0100 0100 0f000000 00000000 00000000                                    => -1
                    0100 0100 ffffffff 00000000 00000000                                    => -1
                    0100 0100 10000000 01000000 00000000                                    => -1
                    0100 0100 10000000 07000000 00000000                                    => -1
                    """)
    void shouldDropAClientThatDoesNotBeginWell(String hex, int errno) {
        try (DescriptorSocket socket = connect()) {
            send(socket, hex);
            assertThat(errno(socket)).isEqualTo(errno);
            assertThat(errno(socket)).isEqualTo(-1);
        }
        assertServes();
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "=>",
            textBlock =
                    """
                    0200 6300 10000000 00000000 00000000                                    => 22
                    0200 0100 14000000 00000000 00000000 0000 0200                          => 22
                    0200 0b00 20000000 00000000 00000000 0000000000000000 0000000000000000  => 95
                    0200 0900 18000000 00000000 00000000 0000000000000000                   => 22
                    0200 0900 20000000 00000000 00000000 0000000000000000 00000000 ffffffff => 22
                    0200 0900 20000000 00000000 00000000 ffffffffffffff7f 00000000 01000000 => 22
                    0200 0900 20000000 00000000 00000000 0000000000000000 ffffffff 01000000 => 22
                    0200 0900 20000000 00000000 00000000 0000000000000000 02000000 01000000 => 22
                    0200 0a00 21000000 00000000 00000000 0000000000000000 00000000 02000000 00 => 22
                    0200 0500 30000000 00000000 00000000 20000000 00000000 ffffffff 00000000 0000000000000000 0000000000000000 => 22
                    0200 0800 24000000 00000000 00000000 14000000 ffffffff 00000000 00000000 01000000 => 22
                    0200 0800 24000000 00000000 00000000 14000000 21000000 00000000 01000000 ffffffff => 22
                    0200 0200 30000000 00000000 00000000 20000000 03000000 0000000000000000 00f0ffffffffff7f 0020000000000000 => 22
                    0200 0200 30000000 00000000 00000000 20000000 03000000 0000000000000000 0000000000000000 0000000000000000 => 22
                    0200 0300 28000000 00000000 00000000 18000000 00000000 0010000000000000 0010000000000000 => 2
                    0200 1000 18000000 00000000 00000000 10000000 63000100                  => 25
                    0200 1000 18000000 00000000 00000000 08000000 01000100                  => 22
                    0200 1000 20000000 00000000 00000000 10000000 02000200 63000000 ffffffff => 22
                    0200 1000 30000000 00000000 00000000 20000000 08000100 0000000000000000 00000000000000f0 0010000000000000 => 22
                    0200 1000 28000000 00000000 00000000 18000000 06000200 e803000000000000 00000000 00000000 => 22
                    0200 1100 18000000 00000000 00000000 ffffffff ffffffff                  => 22
                    0200 1200 18000000 00000000 00000000 18000000 10000000                  => 22
                    """)
    void shouldRefuseWhatMakesNoSenseAndGoOn(String hex, int errno) {
        try (DescriptorSocket socket = greeted()) {
            send(socket, hex);
            assertThat(errno(socket)).isEqualTo(errno);
            send(socket, "0300 0d00 10000000 00000000 00000000");
            assertThat(errno(socket)).isZero();
        }
        assertServes();
    }

    @Test
    void shouldSendNoReplyThatNobodyWants() {
        try (DescriptorSocket socket = greeted()) {
            send(socket, "0700 0d00 10000000 10000000 00000000");
            send(socket, "0800 6300 10000000 10000000 00000000");
            send(socket, "0900 0d00 10000000 00000000 00000000");
            assertThat(errno(socket)).isZero();
            assertThat(buffer.get(JAVA_SHORT, 0)).isEqualTo((short) 9);
        }
    }

    @Test
    void shouldCloseDescriptorsThatItDidNotWant() throws Exception {
        try (DescriptorSocket socket = greeted();
                EventFd event = new EventFd()) {
            byte[] reset = HexFormat.of().parseHex("03000d00100000000000000000000000");
            send(socket, reset, List.of());
            errno(socket);
            long before = openDescriptors();
            send(socket, reset, Collections.nCopies(16, event.fd()));
            assertThat(errno(socket)).isZero();
            send(socket, reset, List.of());
            assertThat(errno(socket)).isZero();
            assertThat(openDescriptors()).isEqualTo(before);
        }
    }

    @Test
    void shouldTakeAnyDescriptorForAnEventfd() throws Exception {
        Path file = Files.createFile(directory.resolve("file"));
        try (DescriptorSocket socket = greeted();
                Fd readOnly = Fd.open(file.toString(), Fd.READ_ONLY)) {
            byte[] connect =
                    HexFormat.of()
                            .parseHex(
                                    "03000800240000000000000000000000"
                                            + "1400000024000000000000000000000001000000");
            send(socket, connect, List.of(readOnly));
            assertThat(errno(socket)).isZero();
            send(
                    socket,
                    "0300 0800 24000000 00000000 00000000"
                            + "14000000 21000000 00000000 00000000 01000000"); // fires it
            assertThat(errno(socket)).isZero();
        }
        assertServes();
    }

    /** Random messages of a fixed seed: most are refused, some are taken, none does harm. */
    @Test
    void shouldSurviveRandomMessages() {
        Random random = new Random(3);
        for (int client = 0; client < 20; client++) {
            try (DescriptorSocket socket = greeted()) {
                for (int i = 0; i < 100; i++) {
                    byte[] payload = new byte[random.nextInt(64)];
                    random.nextBytes(payload);
                    for (int at = 4; at < payload.length; at += 1 + random.nextInt(4)) {
                        payload[at] = 0; // small numbers go further
                    }
                    byte[] message = new byte[16 + payload.length];
                    message[2] = (byte) random.nextInt(20);
                    message[4] = (byte) message.length;
                    System.arraycopy(payload, 0, message, 16, payload.length);
                    send(socket, message, List.of());
                    assertThat(errno(socket)).isNotEqualTo(-1);
                }
            }
        }
        assertServes();
    }

    @Test
    void shouldSurviveRandomBytes() {
        Random random = new Random(4);
        for (int client = 0; client < 200; client++) {
            try (DescriptorSocket socket = connect()) {
                byte[] bytes = new byte[1 + random.nextInt(100)];
                random.nextBytes(bytes);
                send(socket, bytes, List.of());
            }
        }
        assertServes();
    }

    private static long openDescriptors() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
