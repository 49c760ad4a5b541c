package io.jvmm.migration.admission;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Why a decision was taken. */
public enum Reason {
    /** All that is predicted fits the limit. */
    FITS("fits", "what is predicted fits the limit"),
    /** What is pending fits {@code downtime-limit}, whatever else a switchover costs. */
    PENDING_FITS("pending-fits", "what is pending fits downtime-limit"),
    /** What is left takes too long by itself. */
    TOO_MUCH_LEFT("too-much-left", "too much is left to send"),
    /** What is left would fit, but not with all that a switchover costs. */
    TOO_LONG("too-long", "the whole switchover is predicted to take too long"),
    /** How fast the link is has not been measured. */
    UNMEASURED("unmeasured", "the speed of the link is not known yet"),
    /** An attempt was aborted a short time ago. */
    BACK_OFF("back-off", "the last attempt was aborted a short time ago"),
    /** Not even the fixed costs fit. */
    NEVER_FITS("never-fits", "the limit can never be met"),
    /** The guest is the destination's. */
    COMMITTED("committed", "the destination was ready within the limit"),
    /** The limit was exceeded after the stop. */
    OVERRAN("overran", "the limit was exceeded"),
    /** The attempt ended for another reason than its limit. */
    ENDED("ended", "the attempt ended for another reason than its limit");

    private static final int NAMED = 3;

    private final String code;
    private final String text;

    Reason(String code, String text) {
        this.code = code;
        this.text = text;
    }

    /**
     * The name in files.
     *
     * @return such as {@code back-off}
     */
    public String code() {
        return code;
    }

    /**
     * Finds a reason by its name in files.
     *
     * @param code such as {@code back-off}
     * @return the reason
     * @throws IllegalArgumentException if there is none
     */
    public static Reason fromCode(String code) {
        for (Reason reason : values()) {
            if (reason.code.equals(code)) {
                return reason;
            }
        }
        throw new IllegalArgumentException("Unknown reason: code=" + code);
    }

    /**
     * The reason in a sentence, with the figures that it stands on.
     *
     * @param forecast what was decided on
     * @return one line
     */
    public String describe(SwitchoverForecast forecast) {
        SwitchoverForecast.Limit limit = forecast.limit();
        String room =
                "reserve %s, limit %s"
                        .formatted(millis(limit.reserveNanos()), millis(limit.nanos()));
        return switch (this) {
            case NEVER_FITS -> text + ": " + fixed(forecast) + ", " + room;
            case FITS, TOO_LONG -> text + ": " + predicted(forecast) + ", " + room;
            case PENDING_FITS, TOO_MUCH_LEFT -> text + ": " + left(forecast) + ", " + room;
            case BACK_OFF ->
                    text
                            + ": %s of %s"
                                    .formatted(
                                            millis(forecast.past().sinceAbortNanos()),
                                            millis(forecast.past().backOffNanos()));
            case UNMEASURED, COMMITTED, OVERRAN, ENDED -> text;
        };
    }

    /** The costs that stand in the way, the largest first. */
    private static String fixed(SwitchoverForecast forecast) {
        List<PredictedPhase> phases =
                forecast.phases().stream()
                        .filter(phase -> phase.kind().isFixed())
                        .sorted(Comparator.comparingLong(PredictedPhase::leastNanos).reversed())
                        .toList();
        if (phases.isEmpty()) {
            return "nothing is left of it";
        }
        return phases.stream()
                .limit(NAMED)
                .map(phase -> phase.name() + " takes " + millis(phase.leastNanos()))
                .collect(Collectors.joining(", "));
    }

    private static String predicted(SwitchoverForecast forecast) {
        String largest =
                forecast.phases().stream()
                        .filter(phase -> phase.kind() != PhaseKind.COMMIT)
                        .sorted(Comparator.comparingLong(PredictedPhase::meanNanos).reversed())
                        .limit(NAMED)
                        .map(phase -> phase.name() + " " + millis(phase.meanNanos()))
                        .collect(Collectors.joining(", "));
        return "predicted %s (%s), margin %s"
                .formatted(millis(forecast.meanNanos()), largest, millis(forecast.marginNanos()));
    }

    private static String left(SwitchoverForecast forecast) {
        SwitchoverForecast.Remaining remaining = forecast.remaining();
        return "%d kbytes at %.1f MB/s%s"
                .formatted(
                        remaining.bytes() >> 10,
                        forecast.link().bytesPerSecond() / 1e6,
                        remaining.unconfirmedBytes() == 0
                                ? ""
                                : " (%d kbytes not confirmed)"
                                        .formatted(remaining.unconfirmedBytes() >> 10));
    }

    private static String millis(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
