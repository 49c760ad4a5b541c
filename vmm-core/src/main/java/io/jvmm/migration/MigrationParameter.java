package io.jvmm.migration;

import io.jvmm.migration.ParameterType.Choice;
import io.jvmm.migration.ParameterType.PowerOfTwo;
import io.jvmm.migration.ParameterType.Range;
import io.jvmm.migration.ParameterType.Switch;
import io.jvmm.migration.ParameterType.Unit;
import io.jvmm.migration.ParameterType.Words;
import java.util.List;

/**
 * The settings of {@code migrate_set_parameter}: those of QEMU 10.0 in the order in which {@code
 * info migrate_parameters} prints them, then this program's own.
 *
 * <p>What belongs to a feature that this build lacks can be set and read back, for it has no effect
 * while the feature cannot be switched on. What would change the meaning of a migration (TLS, CPR,
 * direct I/O) takes only the value that it has anyway.
 */
@SuppressWarnings("ImmutableEnumChecker") // the types and values are records of immutable things
public enum MigrationParameter {
    /** Milliseconds before the first network announcement. */
    ANNOUNCE_INITIAL("announce-initial", between(0, 100_000), 50, " ms"),
    /** Longest time between announcements, in milliseconds. */
    ANNOUNCE_MAX("announce-max", between(0, 100_000), 550, " ms"),
    /** Number of announcements. */
    ANNOUNCE_ROUNDS("announce-rounds", between(0, 1000), 5, ""),
    /** By how many milliseconds the time between announcements grows. */
    ANNOUNCE_STEP("announce-step", between(1, 10_000), 100, " ms"),
    /** Dirty bytes to sent bytes, in percent, from which auto-converge throttles. */
    THROTTLE_TRIGGER_THRESHOLD("throttle-trigger-threshold", inRange(1, 100), 50, ""),
    /** First throttle percentage of auto-converge. */
    CPU_THROTTLE_INITIAL("cpu-throttle-initial", inRange(1, 99), 20, ""),
    /** Step of the throttle percentage. */
    CPU_THROTTLE_INCREMENT("cpu-throttle-increment", inRange(1, 99), 10, ""),
    /** Whether the steps get smaller at the end. */
    CPU_THROTTLE_TAILSLOW("cpu-throttle-tailslow", new Switch(false), flag(), ""),
    /** Highest throttle percentage; never below {@link #CPU_THROTTLE_INITIAL}. */
    MAX_CPU_THROTTLE(
            "max-cpu-throttle",
            eight(0, 99, "an integer in the range of cpu_throttle_initial to 99"),
            99,
            ""),
    /** Id of the TLS credentials; none in this build. */
    TLS_CREDS("tls-creds", new Words(true), text(""), "'"),
    /** Host name that the TLS certificate must bear. */
    TLS_HOSTNAME("tls-hostname", new Words(false), text(""), "'"),
    /** Bytes per second while the guest runs; 0 is no limit. */
    MAX_BANDWIDTH("max-bandwidth", bandwidth(Unit.MEBIBYTES), 128L << 20, " bytes/second"),
    /** Bytes per second to reckon with for the switchover; 0 is as measured. */
    AVAIL_SWITCHOVER_BANDWIDTH(
            "avail-switchover-bandwidth", bandwidth(Unit.MEBIBYTES), 0, " bytes/second"),
    /** Longest downtime to aim at, in milliseconds. */
    DOWNTIME_LIMIT("downtime-limit", millis("(2000 * 1000)"), 300, " ms"),
    /** Milliseconds between COLO checkpoints. */
    X_CHECKPOINT_DELAY(
            "x-checkpoint-delay", new Range(32, 0, 0xffff_ffffL, "", Unit.PLAIN), 20_000, " ms"),
    /** Number of multifd connections. */
    MULTIFD_CHANNELS("multifd-channels", byteBetween(1, 255), 2, ""),
    /** Compression of multifd. */
    MULTIFD_COMPRESSION(
            "multifd-compression",
            new Choice(false, List.of("none", "zlib", "zstd", "qatzip", "qpl", "uadk")),
            text("none"),
            ""),
    /** Level of zlib in multifd. */
    MULTIFD_ZLIB_LEVEL("multifd-zlib-level", byteBetween(0, 9), 1, ""),
    /** Level of zstd in multifd. */
    MULTIFD_ZSTD_LEVEL("multifd-zstd-level", byteBetween(0, 20), 1, ""),
    /** Level of qatzip in multifd. */
    MULTIFD_QATZIP_LEVEL("multifd-qatzip-level", byteBetween(1, 9), 1, ""),
    /** Who looks for pages of zeroes. */
    ZERO_PAGE_DETECTION(
            "zero-page-detection",
            new Choice(false, List.of("none", "legacy", "multifd")),
            text("multifd"),
            ""),
    /** Bytes of the XBZRLE cache. */
    XBZRLE_CACHE_SIZE("xbzrle-cache-size", new PowerOfTwo(), 64L << 20, " bytes"),
    /** Bytes per second in postcopy; 0 is no limit. */
    MAX_POSTCOPY_BANDWIDTH("max-postcopy-bandwidth", bandwidth(Unit.BYTES), 0, ""),
    /** Id of the object that says which TLS peers may connect. */
    TLS_AUTHZ("tls-authz", new Words(false), text(""), "'"),
    /** Milliseconds between measurements of the dirty limit. */
    X_VCPU_DIRTY_LIMIT_PERIOD("x-vcpu-dirty-limit-period", between(1, 1000), 1000, " ms"),
    /** MB per second that a vCPU may dirty. */
    VCPU_DIRTY_LIMIT(
            "vcpu-dirty-limit",
            new Range(64, 1, -1, "a value of at least 1", Unit.PLAIN),
            1,
            " MB/s"),
    /** Kind of migration; only the normal one in this build. */
    MODE(
            "mode",
            new Choice(true, List.of("normal", "cpr-reboot", "cpr-transfer")),
            text("normal"),
            ""),
    /** Direct I/O to files; only off in this build. */
    DIRECT_IO("direct-io", new Switch(true), flag(), ""),
    /** Milliseconds of downtime beyond {@link #DOWNTIME_LIMIT} before a switchover is aborted. */
    SWITCHOVER_LIMIT("switchover-limit", millis("2000000"), 0, " ms"),
    /** How many switchovers one migration may try; 0 is no bound. */
    SWITCHOVER_ATTEMPTS("switchover-attempts", between(0, 1_000_000), 1, ""),
    /** What decides on a stop; empty for {@code learned} where an overrun aborts. */
    SWITCHOVER_POLICY(
            "switchover-policy",
            new Choice(false, List.of("", "learned", "downtime-limit")),
            text(""),
            "'"),
    /** Whether decisions are only taken down, and the guest is never stopped. */
    SWITCHOVER_DRY_RUN("switchover-dry-run", new Switch(false), flag(), ""),
    /** File to which each decision is appended; empty for none. */
    SWITCHOVER_DECISION_LOG("switchover-decision-log", new Words(false), text(""), "'"),
    /** File that keeps what switchovers cost between processes; empty for none. */
    SWITCHOVER_STATE_FILE("switchover-state-file", new Words(false), text(""), "'");

    private static final String QUOTE = "'";

    private final String label;
    private final ParameterType type;
    private final ParameterValue initial;
    private final String decoration;

    MigrationParameter(String label, ParameterType type, long initial, String unit) {
        this(label, type, new ParameterValue.Unsigned(initial), unit);
    }

    MigrationParameter(
            String label, ParameterType type, ParameterValue initial, String decoration) {
        this.label = label;
        this.type = type;
        this.initial = initial;
        this.decoration = decoration;
    }

    /**
     * The name on the monitors.
     *
     * @return such as {@code downtime-limit}
     */
    public String label() {
        return label;
    }

    /**
     * The value that a new VM starts with.
     *
     * @return the default
     */
    public ParameterValue initial() {
        return initial;
    }

    /**
     * Reads a value as typed into the human monitor: sizes take suffixes, the bandwidths are MiB
     * per second without one.
     *
     * @param typed the characters
     * @return the value, its range not yet checked
     * @throws MigrationRefusedException if it is not a value of this parameter
     */
    public ParameterValue parse(String typed) {
        ParameterValue value = type.parse(label, typed);
        type.checkForm(label, value);
        return value;
    }

    /**
     * A value as {@code info migrate_parameters} prints it.
     *
     * @param value a value of this parameter
     * @return the value with its unit or in quotes
     */
    public String print(ParameterValue value) {
        return decoration.equals(QUOTE) ? QUOTE + value + QUOTE : value + decoration;
    }

    /**
     * Checks form and range.
     *
     * @param value the value to set
     * @throws MigrationRefusedException if this parameter does not take it
     */
    void check(ParameterValue value) {
        type.checkForm(label, value);
        type.checkRange(label, value);
    }

    /**
     * Finds a parameter by its name.
     *
     * @param label the name on the monitors
     * @return the parameter
     * @throws MigrationRefusedException if there is none of that name
     */
    public static MigrationParameter fromLabel(String label) {
        for (MigrationParameter parameter : values()) {
            if (parameter.label.equals(label)) {
                return parameter;
            }
        }
        throw new MigrationRefusedException("Parameter '" + label + "' is unexpected");
    }

    private static ParameterType between(int minimum, int maximum) {
        String expected = "a value between " + minimum + " and " + maximum;
        return new Range(64, minimum, maximum, expected, Unit.PLAIN);
    }

    private static ParameterType byteBetween(int minimum, int maximum) {
        return eight(minimum, maximum, "a value between " + minimum + " and " + maximum);
    }

    private static ParameterType inRange(int minimum, int maximum) {
        return eight(minimum, maximum, "an integer in the range of " + minimum + " to " + maximum);
    }

    private static ParameterType eight(int minimum, int maximum, String expected) {
        return new Range(8, minimum, maximum, expected, Unit.PLAIN);
    }

    private static ParameterType millis(String maximum) {
        String expected = "an integer in the range of 0 to " + maximum + " ms";
        return new Range(64, 0, 2_000_000, expected, Unit.PLAIN);
    }

    private static ParameterType bandwidth(Unit unit) {
        return new Range(64, 0, -1, "", unit);
    }

    private static ParameterValue flag() {
        return new ParameterValue.Flag(false);
    }

    private static ParameterValue text(String value) {
        return new ParameterValue.Text(value);
    }
}
