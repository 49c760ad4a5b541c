package io.jvmm.migration.switchover;

import java.util.Optional;

/** The named pieces of time between the stop at the source and the start at the destination. */
public enum SwitchoverPhase {
    /** From the request to the last vCPU parked with its state read. */
    STOP_VCPUS("stop-vcpus", "stop of the vCPUs"),
    /** The destination is told the limit, and what of it is spent. */
    ANNOUNCE("announce", "word of the limit"),
    /** One device begins no transaction with others any more, named by the device. */
    DEVICE_P2P("device-p2p", "P2P stop of device"),
    /** One device stops, named by the device. */
    DEVICE_STOP("device-stop", "stop of device"),
    /** One device is brought back after an abort, named by the device. */
    DEVICE_ROLLBACK("device-rollback", "rollback of device"),
    /** The last look at the dirty logs. */
    DIRTY_SYNC("dirty-sync", "final dirty sync"),
    /** The rest of RAM, or of another section that was sent in pieces, named by the section. */
    RAM_FLUSH("flush", "flush of"),
    /** One device's state, named by the device. */
    DEVICE_SAVE("device-save", "save of device"),
    /** End of stream and VM description. */
    WIRE("end-of-stream", "end of the stream"),
    /** The destination has everything and has not said that it is ready. */
    DESTINATION_LOAD("destination-load", "load at the destination"),
    /** From the commit to the destination's word that the guest runs. */
    HANDOVER("hand-over", "hand-over"),
    /** What an abort costs besides its devices: from the decision to the vCPUs released. */
    ABORT("abort", "abort"),
    /** After an abort with attempts left: the destination forgets the attempt. */
    ROLL_BACK("roll-back at the destination", "roll-back"),
    /** Incoming: one section's load, named by the section. */
    SECTION_LOAD("section-load", "load of section"),
    /** Incoming: one device takes what was loaded, named by the device. */
    DEVICE_LOAD("device-load", "load into device"),
    /** Incoming: the vCPUs take their state. */
    APPLY("apply", "load into the vCPUs"),
    /** Incoming: the RAM is hashed, where that was asked for. */
    RAM_HASH("ram-hash", "hash of the RAM"),
    /** Incoming: waiting for the source's next bytes. */
    SOURCE_SILENT("source-silent", "wait for the source"),
    /** Incoming: everything is loaded, and the source has not given its word. */
    PREPARED("prepared", "wait for the start order"),
    /** Incoming: one device runs, named by the device. */
    DEVICE_START("device-start", "start of device"),
    /** Incoming: the vCPUs are released. */
    VCPU_START("vcpu-start", "start of the vCPUs"),
    /** Pauses for a garbage collection, named by the collector: inside other phases. */
    GARBAGE_COLLECTION("garbage-collection", "garbage collection by"),
    /** What the source waited and the destination's phases do not explain: the wire, schedulers. */
    UNEXPLAINED("unexplained", "unexplained: wire, schedulers"),
    /** The part of the limit that was kept for nothing in particular. */
    FREE("free", "not planned"),
    /** A phase that this version does not know, or many that did not fit, named as they were. */
    OTHER("other", "other");

    private final String label;
    private final String text;

    SwitchoverPhase(String label, String text) {
        this.label = label;
        this.text = text;
    }

    /**
     * The phase's name for programs, also in the messages between two hosts.
     *
     * @return such as {@code device-save}
     */
    public String label() {
        return label;
    }

    /**
     * The phase in a sentence.
     *
     * @param device the device it is about, or an empty string
     * @return such as {@code save of device serial}
     */
    public String describe(String device) {
        return device.isEmpty() ? text : text + " " + device;
    }

    /**
     * Finds a phase by its name.
     *
     * @param label such as {@code device-save}
     * @return the phase; empty if this version has none of that name
     */
    public static Optional<SwitchoverPhase> fromLabel(String label) {
        for (SwitchoverPhase phase : values()) {
            if (phase.label.equals(label)) {
                return Optional.of(phase);
            }
        }
        return Optional.empty();
    }
}
