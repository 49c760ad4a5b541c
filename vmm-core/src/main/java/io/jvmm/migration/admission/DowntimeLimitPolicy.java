package io.jvmm.migration.admission;

/**
 * QEMU's bare rule: what is pending, divided by the speed of the link, is at most {@code
 * downtime-limit}. It knows of no fixed cost, no margin, and nothing that is still on its way.
 */
final class DowntimeLimitPolicy implements SwitchoverPolicy {
    private static final double NANOS_PER_SECOND = 1e9;

    @Override
    public String name() {
        return "downtime-limit";
    }

    @Override
    public Decision decide(SwitchoverForecast forecast) {
        long bytes = forecast.remaining().pendingBytes();
        long speed = forecast.link().bytesPerSecond();
        if (bytes > 0 && speed <= 0) {
            return Decision.notYet(Reason.UNMEASURED);
        }
        double nanos = bytes == 0 ? 0 : (double) bytes / speed * NANOS_PER_SECOND;
        return nanos <= forecast.limit().downtimeNanos()
                ? new Decision(Verdict.SWITCH, Reason.PENDING_FITS)
                : Decision.notYet(Reason.TOO_MUCH_LEFT);
    }
}
