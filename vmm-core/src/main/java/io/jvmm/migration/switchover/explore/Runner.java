package io.jvmm.migration.switchover.explore;

/** Who runs the guest, or holds it paused as it was. */
enum Runner {
    SOURCE("source"),
    DESTINATION("destination"),
    NOBODY("nobody"),
    BOTH("both");

    private final String label;

    Runner(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}
