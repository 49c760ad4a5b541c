package io.jvmm.guest;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** The first sector of a raw disk image, started as a PC's firmware starts it. */
public final class BootSector {

    /** Where it is loaded and entered. */
    public static final int ADDRESS = 0x7C00;

    private static final int SIZE = 512;
    private static final int FIRST_DISK = 0x80;

    private final byte[] sector;

    private BootSector(byte[] sector) {
        this.sector = sector;
    }

    /**
     * Reads a raw disk image.
     *
     * @param image the file, of which only the first sector is read
     * @return the sector
     * @throws IOException if the file cannot be read, is too short or has no boot signature
     */
    public static BootSector read(Path image) throws IOException {
        byte[] sector;
        try (InputStream in = Files.newInputStream(image)) {
            sector = in.readNBytes(SIZE);
        }
        if (sector.length < SIZE) {
            throw new IOException(
                    "The disk image has no whole sector: file=%s bytes=%d"
                            .formatted(image, sector.length));
        }
        if (sector[SIZE - 2] != 0x55 || sector[SIZE - 1] != (byte) 0xAA) {
            throw new IOException("The disk image has no boot signature 55 AA: file=" + image);
        }
        return new BootSector(sector);
    }

    /**
     * Copies the sector to where it runs.
     *
     * @param memory the guest's RAM
     */
    public void loadInto(GuestMemory memory) {
        memory.write(ADDRESS, sector);
    }

    /**
     * Sets the boot processor as the sector expects it: real mode at 0:7C00, all segment bases 0,
     * the disk's number in DL.
     *
     * @param cpu overwritten
     */
    public static void prepare(CpuState cpu) {
        cpu.reset();
        cpu.segs[CpuState.CS].set(0, 0, 0xFFFF, SegmentState.REAL_MODE_CODE);
        cpu.rip = ADDRESS;
        cpu.regs[CpuState.SP] = ADDRESS;
        cpu.regs[CpuState.DX] = FIRST_DISK;
    }
}
