package io.jvmm.migration;

import java.util.EnumMap;
import java.util.Map;

/** The values of all migration parameters. Immutable; any thread may read it. */
public final class MigrationParameters {
    private final EnumMap<MigrationParameter, ParameterValue> values;

    private MigrationParameters(EnumMap<MigrationParameter, ParameterValue> values) {
        this.values = values;
    }

    /**
     * What a new VM starts with.
     *
     * @return the defaults
     */
    public static MigrationParameters defaults() {
        EnumMap<MigrationParameter, ParameterValue> values =
                new EnumMap<>(MigrationParameter.class);
        for (MigrationParameter parameter : MigrationParameter.values()) {
            values.put(parameter, parameter.initial());
        }
        return new MigrationParameters(values);
    }

    /**
     * The parameters after a change: all of it or nothing.
     *
     * @param changes the new values
     * @return the changed parameters
     * @throws MigrationRefusedException if a value is not allowed; the text names the parameter
     */
    public MigrationParameters with(Map<MigrationParameter, ParameterValue> changes) {
        EnumMap<MigrationParameter, ParameterValue> result = new EnumMap<>(values);
        changes.forEach((parameter, value) -> {
            parameter.check(value);
            result.put(parameter, value);
        });
        MigrationParameters changed = new MigrationParameters(result);
        changed.checkThrottle();
        return changed;
    }

    private void checkThrottle() {
        long initial = number(MigrationParameter.CPU_THROTTLE_INITIAL);
        if (number(MigrationParameter.MAX_CPU_THROTTLE) < initial) {
            throw new MigrationRefusedException(
                    "Parameter 'max_cpu_throttle' expects an integer in the range of"
                            + " cpu_throttle_initial to 99");
        }
    }

    /**
     * Any parameter.
     *
     * @param parameter which one
     * @return its value
     */
    public ParameterValue get(MigrationParameter parameter) {
        return values.getOrDefault(parameter, parameter.initial());
    }

    /**
     * {@code downtime-limit}.
     *
     * @return milliseconds
     */
    public long downtimeLimitMillis() {
        return number(MigrationParameter.DOWNTIME_LIMIT);
    }

    /**
     * {@code switchover-limit}.
     *
     * @return milliseconds
     */
    public long switchoverLimitMillis() {
        return number(MigrationParameter.SWITCHOVER_LIMIT);
    }

    /**
     * {@code switchover-attempts}.
     *
     * @return how many switchovers may be tried in one migration; 0 = no bound
     */
    public int switchoverAttempts() {
        return (int) number(MigrationParameter.SWITCHOVER_ATTEMPTS);
    }

    /**
     * {@code max-bandwidth}.
     *
     * @return bytes per second; 0 is no limit
     */
    public long maxBandwidth() {
        return signed(MigrationParameter.MAX_BANDWIDTH);
    }

    /**
     * {@code avail-switchover-bandwidth}.
     *
     * @return bytes per second; 0 is "as measured"
     */
    public long availSwitchoverBandwidth() {
        return signed(MigrationParameter.AVAIL_SWITCHOVER_BANDWIDTH);
    }

    /**
     * {@code switchover-policy}.
     *
     * @return its name; empty for the default
     */
    public String switchoverPolicy() {
        return text(MigrationParameter.SWITCHOVER_POLICY);
    }

    /**
     * {@code switchover-dry-run}.
     *
     * @return whether decisions are only taken down
     */
    public boolean isSwitchoverDryRun() {
        return ((ParameterValue.Flag) get(MigrationParameter.SWITCHOVER_DRY_RUN)).value();
    }

    /**
     * {@code switchover-decision-log}.
     *
     * @return a path; empty for none
     */
    public String switchoverDecisionLog() {
        return text(MigrationParameter.SWITCHOVER_DECISION_LOG);
    }

    /**
     * {@code switchover-state-file}.
     *
     * @return a path; empty for none
     */
    public String switchoverStateFile() {
        return text(MigrationParameter.SWITCHOVER_STATE_FILE);
    }

    private String text(MigrationParameter parameter) {
        return ((ParameterValue.Text) get(parameter)).value();
    }

    private long number(MigrationParameter parameter) {
        return ((ParameterValue.Unsigned) get(parameter)).value();
    }

    /** More than a long can count is as good as the largest long. */
    private long signed(MigrationParameter parameter) {
        long bits = number(parameter);
        return bits < 0 ? Long.MAX_VALUE : bits;
    }
}
