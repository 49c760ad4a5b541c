package io.jvmm.cli;

import io.jvmm.device.SerialOutput;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Writes what the guest sends, byte by byte: a guest that crashes has said all it said. */
final class SerialSink implements SerialOutput, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(SerialSink.class.getName());

    private final OutputStream out;
    private boolean broken;

    private SerialSink(OutputStream out) {
        this.out = out;
    }

    static SerialSink open(RunPlan.SerialTarget target) throws IOException {
        return new SerialSink(
                switch (target) {
                    case RunPlan.SerialTarget.None() -> OutputStream.nullOutputStream();
                    case RunPlan.SerialTarget.Stdio() -> new FileOutputStream(FileDescriptor.out);
                    case RunPlan.SerialTarget.ToFile(var path) ->
                            new FileOutputStream(path.toFile());
                });
    }

    @Override
    public synchronized void send(int octet) {
        if (broken) {
            return;
        }
        try {
            out.write(octet);
        } catch (IOException e) {
            broken = true;
            LOG.log(System.Logger.Level.WARNING, "serial output lost", e);
        }
    }

    @Override
    public synchronized void close() throws IOException {
        broken = true;
        out.close();
    }
}
