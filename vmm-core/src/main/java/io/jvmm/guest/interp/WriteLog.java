package io.jvmm.guest.interp;

import io.jvmm.savevm.ram.DirtyBitmap;
import io.jvmm.savevm.ram.DirtyLog;
import io.jvmm.savevm.ram.RamBlock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Which pages the interpreter has written: a byte per page, set by every store whether somebody
 * listens or not, for a plain store costs less than a question.
 *
 * <p>A vCPU writes the data, then the byte, in this order (release). The reader takes the byte to
 * zero atomically, then reads the data. So a byte taken promises that the data before it is seen,
 * and a byte set afterwards stays for the next sync. Testing a <i>bit</i> first, to save the write,
 * would need a full fence between the data and the test.
 */
final class WriteLog implements DirtyLog {

    private static final VarHandle BYTES = MethodHandles.arrayElementVarHandle(byte[].class);
    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final RamBlock block;
    private final byte[] written;

    WriteLog(RamBlock block) {
        this.block = block;
        long roundedUp = (block.pages() + 7) / 8 * 8;
        this.written = new byte[Math.toIntExact(roundedUp)];
    }

    /** After a store that does not leave the page. */
    void mark(long page) {
        BYTES.setRelease(written, (int) page, (byte) 1);
    }

    @Override
    public void start() {
        for (int page = 0; page < written.length; page++) {
            BYTES.setVolatile(written, page, (byte) 0);
        }
    }

    @Override
    public void sync(RamBlock asked, DirtyBitmap into) {
        if (asked != block) {
            return;
        }
        for (int page = 0; page < written.length; page += 8) {
            if ((long) EIGHT_BYTES.get(written, page) != 0) {
                into.orWord(page / Long.SIZE, takeEight(page) << page);
            }
        }
    }

    /** Bit 0 = the first of the eight pages. */
    private long takeEight(int firstPage) {
        long bits = 0;
        for (int i = 0; i < 8; i++) {
            if ((byte) BYTES.getAndSet(written, firstPage + i, (byte) 0) != 0) {
                bits |= 1L << i;
            }
        }
        return bits;
    }

    @Override
    public void stop() {}
}
