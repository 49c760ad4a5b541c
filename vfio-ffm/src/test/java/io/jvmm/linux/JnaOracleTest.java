package io.jvmm.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same calls through another foreign function interface and libc's own wrappers. */
class JnaOracleTest {
    private static final long FIONREAD = 0x541b;

    @Test
    void shouldEncodeTheAddressThatLibcReports() {
        try (Socket listener =
                        Socket.listenTcp(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                Memory address = new Memory(16);
                Memory length = new Memory(4);
                Arena arena = Arena.ofConfined()) {
            length.setInt(0, 16);
            assertThat(call("getsockname", listener.fd().number(), address, length)).isZero();
            assertThat(SocketAddresses.encode(listener.localAddress(), arena).toArray(JAVA_BYTE))
                    .isEqualTo(address.getByteArray(0, 16));
        }
    }

    @Test
    void shouldBuildPiecesThatLibcCanWrite() {
        List<Socket> pair = Socket.pair();
        try (Socket a = pair.get(0);
                Socket b = pair.get(1);
                Arena arena = Arena.ofConfined()) {
            MemorySegment text = arena.allocateFrom("0123456789");
            IoVec pieces = new IoVec(2);
            pieces.add(text, 8, 2);
            pieces.add(text, 0, 3);
            assertThat(
                            call(
                                    "writev",
                                    a.fd().number(),
                                    new Pointer(pieces.address()),
                                    pieces.count()))
                    .isEqualTo(5);
            MemorySegment received = arena.allocate(16);
            assertThat(b.fd().read(received)).isEqualTo(5);
            assertThat(received.getString(0)).isEqualTo("89012");
        }
    }

    @Test
    void shouldMakeTheSameRequestAsLibc() {
        Ioctl bytesToRead = new Ioctl("FIONREAD", Ioctl.Direction.NONE, 0x54, 0x1b, 0);
        assertThat(bytesToRead.request()).isEqualTo(FIONREAD);
        List<Socket> pair = Socket.pair();
        try (Socket a = pair.get(0);
                Socket b = pair.get(1);
                Memory theirs = new Memory(4);
                Arena arena = Arena.ofConfined()) {
            a.fd().write(arena.allocate(77));
            MemorySegment ours = arena.allocate(4);
            b.fd().ioctl(bytesToRead, ours);
            call("ioctl", b.fd().number(), FIONREAD, theirs);
            assertThat(ours.get(java.lang.foreign.ValueLayout.JAVA_INT, 0))
                    .isEqualTo(77)
                    .isEqualTo(theirs.getInt(0));
        }
    }

    @Test
    void shouldReportTheErrorThatLibcReports() {
        try (Memory path = new Memory(16)) {
            path.setString(0, "/proc/nothing");
            assertThat(call("open", path, 0)).isEqualTo(-1);
            int errno = Native.getLastError();
            assertThatThrownBy(() -> Fd.open("/proc/nothing", Fd.READ_ONLY))
                    .isInstanceOfSatisfying(
                            SyscallException.class,
                            e -> assertThat(e.errno().code()).isEqualTo(errno));
        }
    }

    private static int call(String function, Object... arguments) {
        return Function.getFunction("c", function).invokeInt(arguments);
    }
}
