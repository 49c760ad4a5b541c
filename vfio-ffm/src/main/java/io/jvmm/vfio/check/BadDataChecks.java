package io.jvmm.vfio.check;

import static io.jvmm.vfio.DeviceMigrationState.ERROR;
import static io.jvmm.vfio.DeviceMigrationState.RESUMING;
import static io.jvmm.vfio.DeviceMigrationState.RUNNING;
import static io.jvmm.vfio.DeviceMigrationState.STOP;

import io.jvmm.linux.SyscallException;
import io.jvmm.vfio.DeviceMigrationState;
import io.jvmm.vfio.check.Subject.Answer;

/**
 * What is not a whole state is refused, when it is written or when RESUMING is left. A reset brings
 * the device back, and it takes a good state then.
 */
final class BadDataChecks {
    private final Bench bench;
    private final Subject device;

    /** Writes something that is not a state. */
    private interface Writer {
        void write(StateImage image);
    }

    BadDataChecks(Bench bench) {
        this.bench = bench;
        device = bench.destination();
    }

    void run() {
        StateTransfer large = bench.large();
        check("a half", image -> large.write(device, image, image.size() / 2));
        check("the last byte missing", image -> large.write(device, image, image.size() - 1));
        check("a wrong beginning", image -> large.writeInverted(device, image));
        check(
                "too long",
                image -> {
                    large.write(device, image, image.size());
                    large.writeJunk(device);
                });
    }

    private void check(String what, Writer writer) {
        bench.log().check("bad data, " + what, samples -> refuses(writer, samples));
    }

    private String refuses(Writer writer, Samples samples) {
        StateImage image = bench.reference().image();
        device.blank();
        device.go(RESUMING);
        String refusal = refusal(writer, image);
        DeviceMigrationState state = device.state();
        samples.add(device.reset(state));
        device.requireState(RUNNING, "after the reset");
        if (refusal.isEmpty()) {
            throw new CheckFailedException("accepted, and must be refused");
        }
        if (state != RESUMING && state != ERROR) {
            throw new CheckFailedException("refused, but the device has moved: state=" + state);
        }
        new RoundTrip(bench).load(image, bench.large(), Uart.FILL);
        return refusal;
    }

    /** How it refused; empty if it did not. */
    private String refusal(Writer writer, StateImage image) {
        try {
            writer.write(image);
        } catch (SyscallException e) {
            return e.errno() + " at a write";
        }
        Answer answer = device.request(RESUMING, STOP);
        return answer.refusal().map(e -> e.errno() + " when leaving RESUMING").orElse("");
    }
}
