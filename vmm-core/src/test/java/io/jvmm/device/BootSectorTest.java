package io.jvmm.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jvmm.guest.BootSector;
import io.jvmm.guest.GuestMemory;
import io.jvmm.guest.VcpuGroup;
import io.jvmm.guest.interp.InterpAccelerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A boot sector that does what migration tests' boot sectors do (protected mode, A20, sweeps). */
@Timeout(60)
class BootSectorTest {

    private static final String PROTECTED_MODE =
            """
            fa                        cli
            0f 01 16 d0 7c            lgdt [7cd0]
            66 b8 01 00 00 00         mov eax, 1
            0f 22 c0                  mov cr0, eax
            66 ea 20 7c 00 00 08 00   jmp 8:7c20
            """;

    private static final String SWEEPS =
            """
            e4 92                     in al, 92
            0c 02                     or al, 2
            e6 92                     out 92, al
            b8 10 00 00 00            mov eax, 10
            8e d8                     mov ds, ax
            66 ba f8 03               mov dx, 3f8
            b0 41                     mov al, 'A'
            ee                        out dx, al
            b3 00                     mov bl, 0
            b8 00 00 10 00            pass: mov eax, 100000
            fe 00                     page: inc byte [eax]
            05 00 10 00 00            add eax, 1000
            3d 00 00 20 00            cmp eax, 200000
            7c f2                     jl page
            fe c3                     inc bl
            80 e3 3f                  and bl, 3f
            75 e6                     jne pass
            66 ba f8 03               mov dx, 3f8
            b0 42                     mov al, 'B'
            ee                        out dx, al
            eb dd                     jmp pass
            """;

    private static final String GDT =
            "00 00 00 00 00 00 00 00 ff ff 00 00 00 9a cf 00 ff ff 00 00 00 92 cf 00";

    @TempDir private Path directory;

    private static byte[] sector() {
        byte[] sector = new byte[512];
        place(sector, 0, PROTECTED_MODE);
        place(sector, 0x20, SWEEPS);
        place(sector, 0xA0, GDT);
        place(sector, 0xD0, "17 00 a0 7c 00 00");
        place(sector, 510, "55 aa");
        return sector;
    }

    /** Lines of hex bytes, each with its instruction behind two or more spaces. */
    private static void place(byte[] sector, int at, String listing) {
        int offset = at;
        for (String line : listing.split("\n", -1)) {
            byte[] code = HexFormat.of().parseHex(line.replaceFirst("  .*", "").replace(" ", ""));
            System.arraycopy(code, 0, sector, offset, code.length);
            offset += code.length;
        }
    }

    @Test
    void shouldRunOnTheInterpreter() throws IOException, InterruptedException {
        Path image = Files.write(directory.resolve("boot.img"), sector());
        BlockingQueue<Integer> serial = new LinkedBlockingQueue<>();
        try (GuestMemory memory = GuestMemory.allocate("ram", 4 << 20);
                VcpuGroup vcpus = group(memory, serial)) {
            BootSector.read(image).loadInto(memory);
            BootSector.prepare(vcpus.state(0));
            vcpus.load(0, vcpus.state(0));
            vcpus.resume();
            for (char expected : "ABBB".toCharArray()) {
                assertThat(serial.poll(30, TimeUnit.SECONDS)).isEqualTo((int) expected);
            }
            vcpus.requestStop();
            assertThat(vcpus.awaitStopped()).isTrue();
            requireEqualOrOneBehind(memory);
        }
    }

    private static VcpuGroup group(GuestMemory memory, BlockingQueue<Integer> serial) {
        PortBus bus =
                new PortBus(
                        List.of(
                                new PortRange(
                                        Serial16550.COM1,
                                        Serial16550.PORTS,
                                        new Serial16550(serial::add)),
                                new PortRange(FastA20.PORT, 1, new FastA20())));
        return new VcpuGroup(
                new InterpAccelerator(memory.block()),
                bus,
                1,
                (_, crash) -> serial.add(crash.text().hashCode()));
    }

    /** Each page is incremented in turn, so the counts step down by one at most once. */
    private static void requireEqualOrOneBehind(GuestMemory memory) {
        int first = memory.getInt(0x100000) & 0xFF;
        int steps = 0;
        int last = first;
        for (int page = 0x100000; page < 0x200000; page += 4096) {
            int count = memory.getInt(page) & 0xFF;
            assertThat(count).isIn(last, (last - 1) & 0xFF);
            steps += count == last ? 0 : 1;
            last = count;
        }
        assertThat(steps).isLessThanOrEqualTo(1);
    }

    @Test
    void shouldSayWhatIsWrongWithAnImage() throws IOException {
        Path empty = Files.write(directory.resolve("short.img"), new byte[100]);
        assertThatThrownBy(() -> BootSector.read(empty))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bytes=100");
        Path unsigned = Files.write(directory.resolve("none.img"), new byte[512]);
        assertThatThrownBy(() -> BootSector.read(unsigned))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("55 AA");
        byte[] whole = Arrays.copyOf(sector(), 4096);
        Path disk = Files.write(directory.resolve("disk.img"), whole);
        assertThat(BootSector.read(disk)).isNotNull();
    }
}
