package io.jvmm.migration;

import io.jvmm.stream.BufferList;
import io.jvmm.stream.ByteSink;
import io.jvmm.stream.StreamInterruptedException;
import io.jvmm.stream.channel.ChannelOutput;
import java.util.function.BooleanSupplier;

/**
 * Goes on with a write that an aborted attempt has broken, where the stream has to stay in good
 * form for another attempt: first the guest, then the bytes. Migration thread.
 */
final class PatientOutput implements ByteSink {
    private final ChannelOutput output;
    private final BooleanSupplier goesOn;

    /**
     * Wraps a channel's output.
     *
     * @param output where the bytes go
     * @param goesOn asked after each interrupt, on the writing thread: true to go on, the interrupt
     *     taken back
     */
    PatientOutput(ChannelOutput output, BooleanSupplier goesOn) {
        this.output = output;
        this.goesOn = goesOn;
    }

    /** {@inheritDoc} What a broken write has sent is taken off the list: the next goes on there. */
    @Override
    public void write(BufferList buffers) {
        while (true) {
            try {
                output.write(buffers);
                return;
            } catch (StreamInterruptedException e) {
                output.clearInterrupt();
                if (!goesOn.getAsBoolean()) {
                    output.interrupt();
                    throw e;
                }
            }
        }
    }
}
