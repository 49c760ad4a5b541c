package io.jvmm.migration.admission;

/** Where the speed of the link is known from. */
public enum LinkSource {
    /** The user said so: {@code avail-switchover-bandwidth}. */
    GIVEN("given"),
    /** The destination has confirmed rounds. */
    CONFIRMED("confirmed"),
    /** The connection took so many bytes in a window of time. */
    WINDOW("window"),
    /** Nothing was measured yet. */
    UNKNOWN("unknown");

    private final String code;

    LinkSource(String code) {
        this.code = code;
    }

    /**
     * The name in files.
     *
     * @return such as {@code given}
     */
    public String code() {
        return code;
    }

    /**
     * Finds a source by its name in files.
     *
     * @param code such as {@code given}
     * @return the source
     * @throws IllegalArgumentException if there is none
     */
    public static LinkSource fromCode(String code) {
        for (LinkSource source : values()) {
            if (source.code.equals(code)) {
                return source;
            }
        }
        throw new IllegalArgumentException("Unknown source of a speed: code=" + code);
    }
}
