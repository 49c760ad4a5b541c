package io.jvmm.guest;

import java.util.ArrayList;
import java.util.List;

/** A bus without devices that writes down every access, and answers reads with one value. */
public final class RecordingBus implements IoBus {

    private final List<String> accesses = new ArrayList<>();
    private long answer;

    public List<String> accesses() {
        return accesses;
    }

    public void answer(long value) {
        answer = value;
    }

    @Override
    public synchronized long in(int port, int size) {
        accesses.add("in 0x%x size=%d".formatted(port, size));
        return answer;
    }

    @Override
    public synchronized void out(int port, int size, long value) {
        accesses.add("out 0x%x size=%d 0x%x".formatted(port, size, value));
    }

    @Override
    public long readMmio(long address, int size) {
        throw new GuestCrashException("nothing at address 0x%x".formatted(address));
    }

    @Override
    public void writeMmio(long address, int size, long value) {
        throw new GuestCrashException("nothing at address 0x%x".formatted(address));
    }
}
