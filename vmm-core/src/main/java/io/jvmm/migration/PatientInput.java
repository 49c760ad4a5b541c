package io.jvmm.migration;

import io.jvmm.stream.ByteSource;
import io.jvmm.stream.StreamInterruptedException;
import io.jvmm.stream.channel.ChannelInput;
import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/**
 * Goes on with a read that an aborted attempt has broken, where the stream has to be read to its
 * next attempt. Incoming thread.
 */
final class PatientInput implements ByteSource {
    private final ChannelInput input;
    private final BooleanSupplier goesOn;

    /**
     * Wraps a channel's input.
     *
     * @param input where the bytes come from
     * @param goesOn asked after each interrupt, on the reading thread
     */
    PatientInput(ChannelInput input, BooleanSupplier goesOn) {
        this.input = input;
        this.goesOn = goesOn;
    }

    @Override
    public long read(MemorySegment into, long offset, long length) {
        while (true) {
            try {
                return input.read(into, offset, length);
            } catch (StreamInterruptedException e) {
                input.clearInterrupt();
                if (!goesOn.getAsBoolean()) {
                    input.interrupt();
                    throw e;
                }
            }
        }
    }
}
