package io.jvmm.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.StructLayout;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Numbers and layouts, against pinned values and against the C compiler. */
class ConstantsTest {
    @Test
    void shouldGiveErrorsTheNumbersOfTheKernel() {
        new CCompiler("errno.h")
                .assertConstants(
                        Stream.of(Errno.values())
                                .collect(Collectors.toMap(Errno::name, e -> (long) e.code())));
    }

    @Test
    void shouldFindEveryErrorByItsNumberAndNameAnUnknownOne() {
        assertThat(Errno.values())
                .allSatisfy(e -> assertThat(Errno.fromCode(e.code())).isSameAs(e));
        for (int code : new int[] {-1, 0, 41, 4096}) {
            assertThatThrownBy(() -> Errno.fromCode(code)).hasMessageContaining("code=" + code);
        }
    }

    @Test
    void shouldComputeRequestNumbersAsTheHeaderDoes() {
        Ioctl run = Ioctl.none("_IO(0xae, 0x80)", 0xae, 0x80);
        Ioctl exchange = Ioctl.readWrite("_IOWR('x', 0, int[3])", 'x', 0, 12);
        assertThat(run.request()).isEqualTo(0xae80);
        assertThat(exchange.request()).isEqualTo(0xc00c7800L);
        new CCompiler("sys/ioctl.h")
                .assertConstants(
                        Stream.of(
                                        run,
                                        exchange,
                                        Ioctl.read("_IOR(0xae, 1, char[0x3fff])", 0xae, 1, 0x3fff),
                                        Ioctl.write("_IOW(';', 255, long)", ';', 255, 8))
                                .collect(Collectors.toMap(Ioctl::name, Ioctl::request)));
    }

    @Test
    void shouldRefuseARequestThatDoesNotFitItsBits() {
        assertThatThrownBy(() -> Ioctl.read("BIG", 0xae, 1, 0x4000))
                .hasMessageContaining("size=16384");
        assertThatThrownBy(() -> Ioctl.none("BIG", 0x100, 1)).hasMessageContaining("type=256");
    }

    @Test
    void shouldLayStructsOutAsCDoes() {
        CCompiler compiler = new CCompiler("sys/uio.h", "poll.h", "netinet/in.h", "sys/un.h");
        for (StructLayout layout :
                Set.of(
                        IoVec.LAYOUT,
                        PollSet.LAYOUT,
                        SocketAddresses.INET,
                        SocketAddresses.INET6,
                        SocketAddresses.UNIX)) {
            compiler.assertLayout(layout);
        }
    }

    @Test
    void shouldLayStructsOutAsPinned() {
        assertThat(IoVec.LAYOUT.byteSize()).isEqualTo(16);
        assertThat(PollSet.LAYOUT.byteSize()).isEqualTo(8);
        assertThat(SocketAddresses.INET.byteSize()).isEqualTo(16);
        assertThat(SocketAddresses.INET6.byteSize()).isEqualTo(28);
        assertThat(SocketAddresses.UNIX.byteSize()).isEqualTo(110);
    }
}
