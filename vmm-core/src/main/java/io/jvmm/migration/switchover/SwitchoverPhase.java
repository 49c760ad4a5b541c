package io.jvmm.migration.switchover;

/** The named pieces of time between the stop at the source and the start at the destination. */
public enum SwitchoverPhase {
    /** From the request to the last vCPU parked with its state read. */
    STOP_VCPUS("stop of the vCPUs"),
    /** One device begins no transaction with others any more, named by the device. */
    DEVICE_P2P("P2P stop of device"),
    /** One device stops, named by the device. */
    DEVICE_STOP("stop of device"),
    /** One device is brought back after an abort, named by the device. */
    DEVICE_ROLLBACK("rollback of device"),
    /** The last look at the dirty logs. */
    DIRTY_SYNC("final dirty sync"),
    /** The rest of RAM, or of another section that was sent in pieces, named by the section. */
    RAM_FLUSH("flush of"),
    /** One device's state, named by the device. */
    DEVICE_SAVE("save of device"),
    /** End of stream and VM description. */
    WIRE("end of the stream"),
    /** The destination has everything and has not said that it is ready. */
    DESTINATION_LOAD("load at the destination"),
    /** From the commit to the destination's word that the guest runs. */
    HANDOVER("hand-over"),
    /** Incoming: one section's load, named by the section. */
    SECTION_LOAD("load of section"),
    /** Incoming: one device takes what was loaded, named by the device. */
    DEVICE_LOAD("load into device"),
    /** Incoming: waiting for the source's next bytes. */
    SOURCE_SILENT("wait for the source");

    private final String text;

    SwitchoverPhase(String text) {
        this.text = text;
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
}
