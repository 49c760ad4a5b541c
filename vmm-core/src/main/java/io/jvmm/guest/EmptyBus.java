package io.jvmm.guest;

/**
 * A bus without a device: ports read as ones and swallow writes, any other address crashes the
 * guest.
 */
public final class EmptyBus implements IoBus {

    /** An empty bus. */
    public EmptyBus() {}

    @Override
    public long in(int port, int size) {
        return -1L >>> (Long.SIZE - size * Byte.SIZE);
    }

    @Override
    public void out(int port, int size, long value) {}

    @Override
    public long readMmio(long address, int size) {
        throw new GuestCrashException(
                "read where nothing is: address=0x%x size=%d".formatted(address, size));
    }

    @Override
    public void writeMmio(long address, int size, long value) {
        throw new GuestCrashException(
                "write where nothing is: address=0x%x size=%d value=0x%x"
                        .formatted(address, size, value));
    }
}
