package io.jvmm.migration.switchover;

/** A slot of the ring from the migration thread to the watch. */
final class WatchEvent {
    enum Kind {
        ARM,
        ENTER,
        DISARM
    }

    Kind kind = Kind.DISARM;
    SwitchoverPhase phase = SwitchoverPhase.STOP_VCPUS;
    String device = "";
    long deadlineNanos;
}
