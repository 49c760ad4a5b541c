package io.jvmm.migration;

import org.jspecify.annotations.Nullable;

/** Why a guest is back at the source, in a sentence that names side, limit, phase and times. */
final class AbortText {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final SourceJudge judge;
    private final SwitchoverDevices devices;

    AbortText(SourceJudge judge, SwitchoverDevices devices) {
        this.judge = judge;
        this.devices = devices;
    }

    /** The user cancelled: no more to say than what became of the devices. */
    String cancelled() {
        return devices.problems().replaceFirst("^; ", "");
    }

    String failed() {
        return judge.failure() + devices.problems();
    }

    /** The limit was exceeded. */
    String expired(@Nullable SwitchoverInfo attempt) {
        return overrun(attempt) + whyTheLast() + devices.problems();
    }

    private String overrun(@Nullable SwitchoverInfo attempt) {
        if (attempt == null || attempt.abort() == null) {
            return judge.expiredIn();
        }
        SwitchoverInfo.Abort abort = attempt.abort();
        String where =
                judge.isExpiredHere()
                        ? "switchover limit of %d ms exceeded at the source: %.1f ms in %s"
                                .formatted(
                                        attempt.limitNanos() / NANOS_PER_MILLI,
                                        attempt.nanosIn(abort.phase()) / 1e6,
                                        abort.phase())
                        : judge.expiredAtDestination() + ", the source in " + abort.phase();
        return devices.areMoved()
                ? where
                : where
                        + "; the guest runs again at the source after %.1f ms"
                                .formatted(abort.resumedNanos() / 1e6);
    }

    /** Why an attempt that might have been followed by another was the last. */
    private String whyTheLast() {
        return judge.attemptsLeft() ? "; no further attempt: " + judge.failure() : "";
    }
}
